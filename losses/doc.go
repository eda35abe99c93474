// Package losses has what training makes small.
//
// A loss is computed for each item, that is each row of a batch or each step of a
// sequence, as the mean (where said, the sum) over the last axis; the model's
// loss is the weighted sum over the items divided by their number. In formulas p
// is a prediction, t a target.
//
// Semantics are those of Keras 3 where libraries differ; departures are said. A
// prediction that is no number makes the loss of its item no number.
package losses
