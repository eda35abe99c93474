package curves

import (
	"fmt"
	"math"
)

// Thresholds on the statistics of layers.
const (
	gradientRatio = 0.01 // gradient norm of the first layer in that of the last
	deadShare     = 0.5  // dead units of a layer
	deadAll       = 0.9  // from here on the layer, and so the run, is lost
)

// layerFindings looks for dead units and for gradients that vanish towards the input for another
// reason than a dead layer.
func (s *subject) layerFindings() []Finding {
	var found []Finding
	dead, isDead := s.dead()
	if isDead {
		found = append(found, dead)
	}
	if f, ok := s.vanishing(); ok && !(isDead && dead.Evidence.Get("dead_fraction") >= deadAll) {
		found = append(found, f)
	}
	return found
}

// withLayers puts what the layers tell before what the curves tell if it explains it: if the model
// did not learn, or a layer is dead altogether.
func (s *subject) withLayers(layers, curves []Finding) []Finding {
	first := len(curves) == 0
	for _, f := range curves {
		first = first || f.Code == UnderfitFlat || f.Code == UnderfitUnfinished
	}
	for i := range layers {
		first = first || layers[i].Evidence.Get("dead_fraction") >= deadAll
		if !first {
			layers[i].Severity = Medium
		}
	}
	if first {
		return append(layers, curves...)
	}
	return append(curves, layers...)
}

// finite returns the values that are finite.
func finite(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out = append(out, v)
		}
	}
	return out
}

// vanishing compares the gradient norms of the first and the last layer that have one, by the
// median over the first half of the epochs, in which the model still learns.
func (s *subject) vanishing() (Finding, bool) {
	var first, last *LayerSeries
	count := 0
	for i := range s.history.Layers {
		l := &s.history.Layers[i]
		if len(finite(l.GradNorm)) == 0 {
			continue
		}
		if last, count = l, count+1; first == nil {
			first = l
		}
	}
	if count < 3 {
		return Finding{}, false
	}
	var ratios []float64
	for e := range min(len(first.GradNorm), len(last.GradNorm)) {
		if r := first.GradNorm[e] / last.GradNorm[e]; !math.IsNaN(r) {
			ratios = append(ratios, r)
		}
	}
	ratio := median(ratios[:(len(ratios)+1)/2])
	margin := math.Inf(1)
	if ratio > 0 {
		margin = math.Sqrt(gradientRatio / ratio)
	}
	return s.finding(VanishingGradients, High, margin,
		fmt.Sprintf("The gradient of layer %q is %.2g times that of layer %q: the layers near the input hardly learn.",
			first.Layer, ratio, last.Layer),
		Number{"gradient_ratio", ratio}, Number{"layers", float64(count)}), ratio <= gradientRatio
}

// dead looks for the layer with the largest share of dead units in the last quarter of the epochs.
func (s *subject) dead() (Finding, bool) {
	worst, share, lost := "", 0.0, 0
	for _, l := range s.history.Layers {
		values := finite(l.DeadFraction)
		if len(values) == 0 {
			continue
		}
		d := median(values[len(values)-(len(values)+3)/4:])
		if d >= deadShare {
			lost++
		}
		if d > share {
			worst, share = l.Layer, d
		}
	}
	return s.finding(DeadUnits, High, share/deadShare,
		fmt.Sprintf("In layer %q %.0f%% of the units put out zero for every row.", worst, 100*share),
		Number{"dead_fraction", share}, Number{"layers", float64(lost)}), share >= deadShare
}
