// Package experiments measures how well a configuration does, and whether a
// change of it helps, by training more than once.
//
// One training with one seed says little: initial weights and the order of the
// rows alone move a score by more than most changes do. So
//
//   - [Repeated] evaluates a recipe with many seeds and gives means, deviations
//     and quantiles;
//   - [Sweep] does so for a list of changes: [Field] makes them for any field of a
//     recipe by its path, and reports the value that took effect;
//   - [Comparison] compares two recipes on the same folds, with an interval that
//     accounts for training rows that folds share (Nadeau and Bengio, 2003);
//   - [RateFinder] looks for a learning rate by a range test;
//   - [Refit] trains on all rows after early stopping on a part of them.
//
// Runs go side by side on all processors, each on one thread. Every run's seed
// is derived from the base seed and its number, so results are the same for any
// number of processors. Everything here is a plain value and safe for concurrent
// use.
package experiments
