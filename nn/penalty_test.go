package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestActivityPenaltyLayer(t *testing.T) {
	layer := nn.ActivityPenalty{L1: 0.1, L2: 0.2, BatchSum: true}
	shape := tensor.Shape{2, 3}
	nntest.Check(t, nntest.Case{Layer: layer, In: []tensor.Shape{shape}, Out: shape, Ref: same})
	op, err := layer.Build([]tensor.Shape{shape})
	if err != nil {
		t.Fatal(err)
	}
	if got := op.(nn.Active).Activity(); got != layer {
		t.Errorf("activity penalty %v, want %v", got, layer)
	}
	nntest.CheckFails(t, nn.ActivityPenalty{L1: -0.5}, []tensor.Shape{shape}, "ActivityPenalty: L1 is -0.5, want a number of at least 0")
	nntest.CheckFails(t, nn.ActivityPenalty{L2: math.NaN()}, []tensor.Shape{shape}, "ActivityPenalty: L2 is NaN")
	nntest.CheckFails(t, layer, nil, "it has 0 inputs, want 1")
}

func TestActivityPenaltyFactor(t *testing.T) {
	for _, c := range []struct {
		penalty nn.ActivityPenalty
		rows    int
		want    float64
	}{
		{nn.ActivityPenalty{}, 4, 0.25},
		{nn.ActivityPenalty{}, 1, 1},
		{nn.ActivityPenalty{}, 0, 1},
		{nn.ActivityPenalty{BatchSum: true}, 4, 1},
	} {
		if got := c.penalty.Factor(c.rows); got != c.want {
			t.Errorf("%+v of %d rows: factor %g, want %g", c.penalty, c.rows, got, c.want)
		}
	}
}
