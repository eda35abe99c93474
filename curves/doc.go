// Package curves holds learning curves: what training recorded, what its shape says, and the files
// that it is kept in. It imports the standard library only.
//
// # Histories
//
// A [History] has one value per series and epoch, named as in Keras ("loss", "val_accuracy"), and
// for each layer the statistics that were recorded. Every [Series] knows whether it is minimized or
// maximized. [History.WriteCSV] and [History.MarshalJSON] write it; [Read] and [ReadFile] read these
// and the forms of Keras, PyTorch Lightning, fastai, scikit-learn, Hugging Face and TensorBoard.
//
// # Diagnosis
//
// [Diagnose] names the shape of a run's curves, with evidence in numbers and with techniques to try:
//
//	underfit-flat                training stays high
//	underfit-unfinished          training and validation still fall at the end
//	overfit                      training falls, validation rises after its best epoch
//	good-fit                     both level off with a small gap
//	unrepresentative-train       both improve, a large gap stays
//	unrepresentative-validation  validation jumps around a smooth training curve
//	easy-validation              validation runs below training
//	high-variance                validation swings late in training, or repeated runs end far apart
//	diverged                     training grows, or is no number any more
//	vanishing-gradients          layers near the input get hardly any gradient
//	dead-units                   units put out zero for every row
//
// [DiagnoseRuns] looks at repeated runs together. Both are safe for use from many goroutines, and
// give the same result on every platform.
//
// The thresholds behind the verdicts were chosen on curves of real networks in testdata/real, whose
// labels were checked by what the curves do not show, such as a large test set or a longer run. On
// those curves 119 of 122 verdicts are right, on others held back from the choice 54 of 56.
package curves
