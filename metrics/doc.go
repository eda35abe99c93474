// Package metrics scores predictions.
//
// Sums are in float64 and in the order of the items, so that a score does not
// depend on the batch size. Items of weight 0, as masked steps of a sequence, do
// not count at all. A prediction that is no number is never right; scores of
// distances and areas are NaN then.
package metrics
