// Package coach runs the method of Brownlee's Better Deep Learning (2019) as a
// program: it diagnoses how a training goes, chooses the technique that addresses
// what it found, evaluates it on folds, keeps it only if it helps, and repeats.
//
// What is changed is a [pipeline.Recipe], a plain value; each step is a [Step]
// with its reason, what was tried, how it scored beside what was there before, and
// the decision. A [Technique] is a rule from a [Situation] to changed recipes.
//
// All candidates are trained on the same folds of the same rows with the same
// seeds, and compared by the corrected resampled t statistic (Nadeau and Bengio
// 2003). A candidate that is hopeless after the first folds is not trained on the
// others. Rows for the test are laid aside first and looked at once, at the end.
//
// The budget is counted in work, not in time: each training costs nominal seconds
// that follow from its rows, epochs and weights alone. So the same table, options
// and seed give the same steps and the same result on any machine and any number of
// processors. With [Options.Journal] a run that was ended goes on where it was, and
// comes to the same result.
package coach
