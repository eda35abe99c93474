package metrics

import (
	"cmp"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
)

// AUC is the area under the ROC curve: the probability that an item of the class
// has a larger output than one that is not of it, equal ones counting half
// (Hanley and McNeil 1982). Over several outputs it is the mean of each against
// the rest, of those that have both kinds of items; NaN if none has. Targets are
// class indices, or above 0.5 for each class that an item is of.
//
// It is exact, where Keras has 200 thresholds: every output is kept until Reset.
type AUC struct{}

// Name returns "auc".
func (AUC) Name() string { return "auc" }

// Direction returns curves.Maximize.
func (AUC) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are not classes.
func (AUC) Meter(s Spec) (Meter, error) {
	if err := s.classSizes(); err != nil {
		return nil, err
	}
	return &auc{spec: s, classes: make([][]ranked, s.Outputs)}, nil
}

type auc struct {
	spec    Spec
	classes [][]ranked
	nan     bool // an output was NaN
}

// ranked is an item as one class sees it.
type ranked struct {
	score, weight float32
	is            bool
}

func (m *auc) Add(pred, target, weights []float32) {
	n, k := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / n {
		w := float32(weightOf(weights, i))
		if w == 0 {
			continue
		}
		t := target[i*k : (i+1)*k]
		for c := range m.classes {
			score, is := pred[i*n+c], false
			if k == n {
				is = t[c] > 0.5
			} else {
				is = classOf(t) == c
			}
			m.nan = m.nan || score != score
			m.classes[c] = append(m.classes[c], ranked{score, w, is})
		}
	}
}

func (m *auc) Value() float64 {
	if m.nan {
		return math.NaN()
	}
	var sum, count float64
	for _, items := range m.classes {
		if area := areaUnder(items); !math.IsNaN(area) {
			sum += area
			count++
		}
	}
	return sum / count
}

// areaUnder sorts the items and returns the area; NaN unless there are items of
// the class and others.
func areaUnder(items []ranked) float64 {
	slices.SortFunc(items, ranked.compare)
	var pairs, below, positive float64
	for i := 0; i < len(items); {
		var in, out float64
		score := items[i].score
		for ; i < len(items) && items[i].score == score; i++ {
			if items[i].is {
				in += float64(items[i].weight)
			} else {
				out += float64(items[i].weight)
			}
		}
		pairs += float64(in * (below + out/2))
		below += out
		positive += in
	}
	return pairs / (positive * below)
}

// compare orders items by score, and those of the same score so that the order in
// which they came does not show in sums of their weights.
func (a ranked) compare(b ranked) int {
	switch {
	case a.score < b.score:
		return -1
	case a.score > b.score:
		return 1
	}
	return cmp.Compare(a.weight, b.weight)
}

func (m *auc) Reset() {
	for c := range m.classes {
		m.classes[c] = m.classes[c][:0]
	}
	m.nan = false
}

func init() { Register("AUC", AUC{}) }
