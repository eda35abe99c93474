// Package optim has update rules, learning-rate schedules and gradient clipping.
//
// In formulas w is a weight, g its gradient, η the learning rate and t the number
// of the update, from 1. Semantics are those of Keras 3 where papers and
// libraries differ; departures are said. State starts at zero where nothing else
// is said.
//
// Schedules count in updates unless PerEpoch is set; then the rate changes at the
// start of an epoch only. In their formulas η is the base rate and s the number
// of updates, or epochs, made before.
package optim
