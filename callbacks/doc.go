// Package callbacks watches fits: early stopping, checkpoints, rate reduction,
// logs and progress.
//
// Each type is a plain value for goodfit.Plan.Callbacks. What it counts in a fit
// belongs to that fit, so the same value serves many.
package callbacks
