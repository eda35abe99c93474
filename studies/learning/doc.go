// Package learning holds the studies of the playbook's first part, better
// learning: the introduction's curve shapes and chapters 1 to 11, a file for each
// question.
//
// Data, architectures and settings are the book's. Networks follow Keras 2.2.4,
// which the book used: batches of 32 rows unless stated, Glorot uniform weights
// where a layer names no initializer, rows shuffled each epoch, the test half as
// validation data. Initial weights and shuffles are ours, so each run is another
// draw than the book's: results are means over many.
package learning

import "github.com/goodfit-ml/goodfit/studies"

// Studies returns all studies of the package, in the order of the chapters.
func Studies() []studies.Study {
	var all []studies.Study
	for _, chapter := range [][]studies.Study{
		curveShapes(), errorSurfaces(), capacity(), batchSizes(),
		regressionLosses(), binaryLosses(), multiclassLosses(), learningRates(), scalings(), rectifiers(), clippings(), batchNorms(),
		greedyPretraining(), transferLearning(),
	} {
		all = append(all, chapter...)
	}
	return all
}
