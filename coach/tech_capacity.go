package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var capacity = Technique{
	Name: "capacity", Title: "More capacity", Area: Learning, Chapter: 2,
	Guidance: "Nodes and layers set the range of functions that a network can learn; training error that stays high is first met with more nodes, then with more layers.",
	Propose: func(s *Situation) (string, []Change) {
		now := units(s.Recipe)
		why := fmt.Sprintf("the hidden layers have %v units; a larger net can learn a richer function, and early stopping guards it", now)
		if s.found(curves.UnderfitFlat) {
			why = fmt.Sprintf("the training rows themselves were not learned, and the hidden layers have only %v units", now)
		}
		var changes []Change
		for _, next := range larger(now) {
			if r, ok := resized(s.Recipe, next); ok {
				changes = append(changes, Change{fmt.Sprintf("hidden layers of %v units in place of %v", next, now), r})
			}
		}
		return why, changes
	},
}

// mostUnits is how wide the coach makes a layer, and mostLayers how many there are.
const (
	mostUnits  = 512
	mostLayers = 6
)

// larger returns sizes to try above the given ones: wider, deeper, and both, at
// once a usual size where the net is tiny.
func larger(now []int) [][]int {
	widest := 0
	for _, n := range now {
		widest = max(widest, n)
	}
	switch {
	case len(now) == 0:
		return [][]int{{16}, {64, 32}}
	case widest < 16:
		return [][]int{{64}, {64, 32}, scaledUnits(now, 4)}
	}
	all := [][]int{scaledUnits(now, 2)}
	if len(now) < mostLayers {
		all = append(all, append(append([]int{}, now...), now[len(now)-1]))
	}
	if widest <= mostUnits/4 {
		all = append(all, scaledUnits(now, 4))
	}
	if widest > mostUnits/2 {
		all = all[1:]
	}
	return all
}

func scaledUnits(now []int, factor float64) []int {
	out := make([]int, len(now))
	for i, n := range now {
		out[i] = max(int(float64(n)*factor), 2)
	}
	return out
}

// resized returns a copy of the recipe whose hidden layers have other sizes. Layers
// that are added are copies of the last one, with what stands behind it; of a recipe
// without hidden layers, they are ReLU. Those taken away are the last ones.
func resized(r pipeline.Recipe, sizes []int) (pipeline.Recipe, bool) {
	if output(r.Train.Layers) < 0 {
		return r, false
	}
	r = own(r)
	places := hidden(r.Train.Layers)
	if len(places) == 0 {
		r.Train.Layers = addHidden(r.Train.Layers, 0, len(sizes), []nn.Layer{nn.Dense{Units: 1, Activation: act.ReLU, Init: nn.HeNormal}})
	} else if extra := len(sizes) - len(places); extra > 0 {
		last, end := places[len(places)-1], output(r.Train.Layers)
		block := append([]nn.Layer{}, r.Train.Layers[last:end]...)
		for i := range block {
			block[i] = unnamed(block[i])
		}
		r.Train.Layers = addHidden(r.Train.Layers, end, extra, block)
	} else if extra < 0 {
		cut := places[len(sizes)]
		r.Train.Layers = append(r.Train.Layers[:cut:cut], r.Train.Layers[output(r.Train.Layers):]...)
	}
	for k, i := range hidden(r.Train.Layers) {
		d := unnamed(r.Train.Layers[i]).(nn.Dense)
		d.Units = sizes[k]
		r.Train.Layers[i] = renamed(r.Train.Layers[i], d)
	}
	return r, true
}

// addHidden puts so many copies of a block before the layer at a place.
func addHidden(layers []nn.Layer, at, copies int, block []nn.Layer) []nn.Layer {
	out := append([]nn.Layer{}, layers[:at]...)
	for range copies {
		out = append(out, block...)
	}
	return append(out, layers[at:]...)
}
