package metrics

import (
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
)

// Average says how scores of several classes become one.
type Average string

// The averages. With one output they all mean the score of the positive class.
const (
	Macro    Average = ""         // the mean over the classes that occur or are predicted
	Micro    Average = "micro"    // counts of all classes added first
	Weighted Average = "weighted" // the mean over classes, weighted by how often they occur
)

// Precision is the share of the items predicted as a class that are of it,
// TP/(TP+FP); 0 where none was predicted.
//
// A single output answers whether the item is of the positive class. Several
// outputs are classes that exclude each other, the largest being predicted, unless
// Threshold is set: then each output is a yes-or-no question of its own, with a
// target of its own. [Recall] and [F1] are the same in this.
type Precision struct {
	// Threshold is what an output must exceed to mean yes; default 0.5 for a single
	// output, or 0 under a loss with the classes −1 and +1.
	Threshold opt.Float
	Average   Average // over classes or questions; default Macro
}

// Recall is the share of the items of a class that are predicted as it,
// TP/(TP+FN); 0 where there are none.
type Recall struct {
	Threshold opt.Float // as in [Precision]
	Average   Average   // as in [Precision]
}

// F1 is the harmonic mean of precision and recall, 2·TP/(2·TP+FP+FN); 0 where
// there is neither.
type F1 struct {
	Threshold opt.Float // as in [Precision]
	Average   Average   // as in [Precision]
}

// Name returns "precision", with the average before it if it is not Macro:
// "micro_precision".
func (m Precision) Name() string { return m.Average.name("precision") }

// Name returns "recall", with the average before it if it is not Macro.
func (m Recall) Name() string { return m.Average.name("recall") }

// Name returns "f1", with the average before it if it is not Macro.
func (m F1) Name() string { return m.Average.name("f1") }

func (a Average) name(of string) string {
	if a == Macro {
		return of
	}
	return string(a) + "_" + of
}

// Direction returns curves.Maximize.
func (Precision) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (Recall) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (F1) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are not classes, or the average is unknown.
func (m Precision) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return c.both, c.predicted })
}

// Meter fails if the targets are not classes, or the average is unknown.
func (m Recall) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return c.both, c.actual })
}

// Meter fails if the targets are not classes, or the average is unknown.
func (m F1) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return 2 * c.both, c.predicted + c.actual })
}

func init() {
	Register("Precision", Precision{})
	Register("Recall", Recall{})
	Register("F1", F1{})
}
