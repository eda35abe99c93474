// Package datasets has what stands between data and a model: tables from CSV
// files with their schema, imputing and encoding ([ReadCSV], [Encode]); the
// numeric [Dataset] and other sources of batches; splits and folds ([Holdout],
// [KFold], [Bootstrap], [TimeSeriesSplit]); scalers ([Standardize], [MinMax],
// [Robust], [YeoJohnson]); and the generators of scikit-learn ([Blobs], [Circles], [Moons],
// [Regression]). Sequences are cut from series by [Windows], padded by [Pad], put
// into batches of like length by [Buckets], and made from texts by [Tokenize].
// [CSVStream] reads files larger than memory beside the training.
//
// Numbers are float64 up to the model. What is learned from data (a schema, an
// encoding, a scale) is learned by a Fit from the training rows, and applied by
// its result to all others.
package datasets
