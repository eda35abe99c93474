package datasets_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestPad(t *testing.T) {
	steps := [][]float32{{1, 2}, {3}, {4, 5, 6, 7}, {}}
	for _, c := range []struct {
		pad     datasets.Pad
		x, mask string
	}{
		{datasets.Pad{}, "[1 2 0 0 3 0 0 0 4 5 6 7 0 0 0 0]", "[1 1 0 0 1 0 0 0 1 1 1 1 0 0 0 0]"},
		{datasets.Pad{Length: 3}, "[1 2 0 3 0 0 4 5 6 0 0 0]", "[1 1 0 1 0 0 1 1 1 0 0 0]"},
		{datasets.Pad{Length: 3, KeepEnd: true}, "[1 2 0 3 0 0 5 6 7 0 0 0]", "[1 1 0 1 0 0 1 1 1 0 0 0]"},
		{datasets.Pad{Length: 3, Before: true}, "[0 1 2 0 0 3 4 5 6 0 0 0]", "[0 1 1 0 0 1 1 1 1 0 0 0]"},
		{datasets.Pad{Length: 2, Before: true, KeepEnd: true, Value: -1}, "[1 2 -1 3 6 7 -1 -1]", "[1 1 0 1 1 1 0 0]"},
	} {
		out, err := c.pad.Apply(&datasets.Sequences{Steps: steps})
		if err != nil {
			t.Fatal(err)
		}
		if x, mask := fmt.Sprint(out.Inputs[0].Data()), fmt.Sprint(out.Masks[0].Data()); x != c.x || mask != c.mask {
			t.Errorf("%+v: %s with mask %s, want %s with %s", c.pad, x, mask, c.x, c.mask)
		}
	}
}

func TestPadOfFeaturesAndStepTargets(t *testing.T) {
	s := &datasets.Sequences{Steps: [][]float32{{1, 2, 3, 4}, {5, 6}}, Features: 2, StepTargets: [][]float32{{7, 8}, {9}}, Weights: []float32{1, 2}}
	out, err := datasets.Pad{Length: 3, Before: true}.Apply(s)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tensor *tensor.Tensor
		want   string
		shape  tensor.Shape
	}{
		"input":  {out.Inputs[0].Tensor, "[0 0 1 2 3 4 0 0 0 0 5 6]", tensor.Shape{3, 2}},
		"mask":   {out.Masks[0], "[0 1 1 0 0 1]", tensor.Shape{3}},
		"target": {out.Targets[0].Tensor, "[0 7 8 0 0 9]", tensor.Shape{3, 1}},
	} {
		if got := fmt.Sprint(c.tensor.Data()); got != c.want || !c.tensor.Shape().Equal(c.shape) {
			t.Errorf("the %s is %s of %v, want %s of %v", name, got, c.tensor.Shape(), c.want, c.shape)
		}
	}
	if err := out.Check(); err != nil || out.Weights[1] != 2 {
		t.Errorf("%v, weights %v", err, out.Weights)
	}
	part := s.Take([]int{1, 0, 1})
	if part.Rows() != 3 || part.Len(0) != 1 || part.StepTargets[1][0] != 7 || part.Weights[2] != 2 {
		t.Errorf("Take gives %+v", part)
	}
	s.StepTargets, s.Targets = nil, tensor.Of([]float32{1, 2}, 2, 1)
	if y := s.Take([]int{1}).Targets; y.Rows() != 1 || y.Data()[0] != 2 {
		t.Errorf("Take gives targets %v", y.Data())
	}
}

func TestPadFails(t *testing.T) {
	one := [][]float32{{1, 2}}
	for want, s := range map[string]*datasets.Sequences{
		"no sequences":                             {},
		"all sequences are empty":                  {Steps: [][]float32{{}, {}}},
		"sequence 0 has 2 values, which are no":    {Steps: one, Features: 3},
		"of -1 features":                           {Steps: one, Features: -1},
		"1 sequences and 2 targets":                {Steps: one, Targets: tensor.New(2, 1)},
		"1 sequences and 2 weights":                {Steps: one, Weights: []float32{1, 1}},
		"1 sequences and step targets of 0":        {Steps: one, StepTargets: [][]float32{}},
		"sequence 0 has 1 target values for its 2": {Steps: one, StepTargets: [][]float32{{1}}},
		"with both Targets and StepTargets":        {Steps: one, Targets: tensor.New(1, 1), StepTargets: [][]float32{{1, 1}}},
		"sequence 1 has NaN in step 1":             {Steps: [][]float32{{1}, {1, nan32()}}},
	} {
		if _, err := (datasets.Pad{}).Apply(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	if _, err := (datasets.Pad{Length: -1}).Apply(&datasets.Sequences{Steps: one}); err == nil {
		t.Error("padding to -1 steps succeeds")
	}
}

func nan32() float32 {
	zero := float32(0)
	return zero / zero
}

// lengths has n sequences of 1 to most steps; each begins with its number.
func lengths(n, most int) *datasets.Tensors {
	s := &datasets.Sequences{Targets: tensor.New(n, 1)}
	for i := range n {
		steps := make([]float32, 1+i*7%most)
		steps[0] = float32(i)
		s.Steps = append(s.Steps, steps)
	}
	out, err := datasets.Pad{}.Apply(s)
	if err != nil {
		panic(err)
	}
	return out
}

// bucketed returns the rows of each batch, and the most by which lengths differ in one.
func bucketed(t *testing.T, b datasets.Buckets, plan datasets.BatchPlan) (batches [][]int, spread int) {
	t.Helper()
	for batch, err := range b.Batches(context.Background(), plan) {
		if err != nil {
			t.Fatal(err)
		}
		var rows, steps []int
		for i := range batch.Rows() {
			n := 0
			for _, m := range batch.Masks[0].Row(i) {
				n += int(m)
			}
			rows, steps = append(rows, int(batch.Inputs[0].Row(i)[0])), append(steps, n)
		}
		batches, spread = append(batches, rows), max(spread, slices.Max(steps)-slices.Min(steps))
	}
	return batches, spread
}

func TestBuckets(t *testing.T) {
	data := lengths(103, 20)
	for _, width := range []int{0, 1, 4} {
		b := datasets.Buckets{Data: data, Width: width}
		plan := datasets.BatchPlan{Size: 10, Seed: 1, Epoch: 2}
		batches, spread := bucketed(t, b, plan)
		// Some five rows have each length, so that a batch has three lengths at most.
		if limit := 3 + max(width, 1); spread > limit {
			t.Errorf("width %d: lengths in a batch differ by %d, want at most %d", width, spread, limit)
		}
		rows := slices.Concat(batches...)
		slices.Sort(rows)
		for i := range 103 {
			if len(rows) != 103 || rows[i] != i {
				t.Fatalf("width %d: the batches have rows %v, want each once", width, rows)
			}
		}
		if again, _ := bucketed(t, b, plan); fmt.Sprint(again) != fmt.Sprint(batches) {
			t.Errorf("width %d: the same plan gives other batches", width)
		}
		plan.Skip = 4
		if rest, _ := bucketed(t, b, plan); fmt.Sprint(rest) != fmt.Sprint(batches[4:]) {
			t.Errorf("width %d: resuming gives %v, want %v", width, rest, batches[4:])
		}
		plan.Skip, plan.Epoch = 0, 3
		if other, _ := bucketed(t, b, plan); fmt.Sprint(other) == fmt.Sprint(batches) {
			t.Errorf("width %d: another epoch gives the same batches", width)
		}
		plan.InOrder = true
		if inOrder, _ := bucketed(t, b, plan); inOrder[0][0] != 0 || inOrder[10][2] != 102 {
			t.Errorf("width %d: in order the batches are %v", width, inOrder)
		}
	}
}

func TestBucketsFail(t *testing.T) {
	bare := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: tensor.New(2, 3)}}}
	for want, b := range map[string]datasets.Buckets{
		"without data":     {},
		"has no mask":      {Data: bare},
		"-1 steps wide":    {Data: lengths(3, 2), Width: -1},
		`array "" has NaN`: {Data: &datasets.Tensors{Inputs: []datasets.Array{{Tensor: tensor.Of([]float32{nan32()}, 1, 1)}}, Masks: []*tensor.Tensor{tensor.New(1, 1)}}},
	} {
		if err := b.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range (datasets.Buckets{Data: lengths(3, 2)}).Batches(ctx, datasets.BatchPlan{}) {
		if err != context.Canceled {
			t.Errorf("error %v, want that of the context", err)
		}
	}
}
