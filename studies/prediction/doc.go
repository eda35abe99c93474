// Package prediction holds the studies of the playbook's third part, better
// predictions: chapters 20 to 26, a file for each. Chapter 19 has no case; its
// advice is what these chapters measure.
//
// Data, architectures and settings are the book's. Where the book chooses sizes,
// weights or a meta-learner by the test rows, the study does so too, says so, and
// measures beside it what an honest choice would have given. Initial weights are
// ours, so each run is another draw than the book's: results are means over many.
package prediction

import "github.com/goodfit-ml/goodfit/studies"

// Studies returns all studies of the package, in the order of the chapters.
func Studies() []studies.Study {
	var all []studies.Study
	for _, chapter := range [][]studies.Study{
		modelAveraging(), weightedAverages(), resampling(), horizontalVoting(), snapshots(), stacking(), weightAverages(),
	} {
		all = append(all, chapter...)
	}
	return all
}
