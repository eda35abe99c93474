// Package goodfit trains neural networks that fit well: that learn, generalize
// and predict reliably.
//
// A [Model] is described by layers ([Sequential]) or by a [Graph], compiled with
// a [Config], trained by [Model.Fit] according to a [Plan], and then asked by
// [Model.Evaluate] and [Model.Predict]. Descriptions (layers, losses, optimizers,
// callbacks, plans) are plain values; what runs is made from them anew each time.
//
// Results depend on the seed alone: the same seed and version give the same bits
// on any processor and any number of threads, stopped and resumed or not.
package goodfit
