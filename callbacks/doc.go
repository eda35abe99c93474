// Package callbacks watches fits: early stopping, checkpoints, rate reduction,
// logs and progress.
//
// Each type is a plain value for goodfit.Plan.Callbacks. What it counts in a fit
// belongs to that fit, so the same value serves many, also at once. Epochs are
// counted from 1 where people read them.
//
// A callback that monitors a series takes its direction from the loss or metric
// that records it; a series that is not recorded is an error before training. An
// epoch at which the series is NaN or infinite is one without improvement, unless
// Plan.ValidateEvery skipped the validation: such epochs are not looked at.
package callbacks
