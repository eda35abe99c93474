// Package generalization holds the studies of the playbook's second part, better
// generalization: chapters 13 to 18, a file for each question. Chapter 12 has no
// case; its advice is what these chapters measure.
//
// Data, architectures and settings are the book's. Networks follow Keras 2.2.4,
// which the book used: batches of 32 rows unless stated (30 training rows are one
// batch), Glorot uniform weights where a layer names no initializer, Adam with
// its defaults, the 70 test rows as validation data. Penalties of activity are
// summed over the batch, as that Keras did. Initial weights are ours, so each run
// is another draw than the book's: results are means over many.
package generalization

import "github.com/goodfit-ml/goodfit/studies"

// Studies returns all studies of the package, in the order of the chapters.
func Studies() []studies.Study {
	var all []studies.Study
	for _, chapter := range [][]studies.Study{
		weightPenalties(), activityPenalties(), weightConstraints(), dropouts(), noises(), earlyStoppings(),
	} {
		all = append(all, chapter...)
	}
	return all
}
