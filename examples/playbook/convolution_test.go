package playbook_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// convolutional compiles layers behind images of 8×8 places.
func convolutional(t *testing.T, channels int, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{8, 8, channels}, layers...)
	ok(t, m.Compile(still))
	return m
}

// pictures are images of normal numbers, with zeros as targets.
func pictures(rows, channels int) datasets.Batch {
	b := waves(rows, 64, channels)
	b.Inputs[0] = tensor.Of(b.Inputs[0].Data(), rows, 8, 8, channels)
	return b
}

// maps is a convolution with 3×3 filters, 32 of them unless c says otherwise.
func maps(c nn.Conv2D) nn.Conv2D {
	if c.Filters == 0 {
		c.Filters = 32
	}
	c.Kernel = 3
	return c
}

// ones is a convolution all of whose outputs are 1.
func ones() nn.Conv2D { return maps(nn.Conv2D{Init: nn.Zeros, BiasInit: nn.Ones}) }

// means is a Dense that takes the mean of n values.
func means(n int) nn.Dense { return nn.Dense{Units: 1, Init: nn.Constant(1 / float64(n))} }

func TestConvolutionalWidthAndDepth(t *testing.T) {
	t.Run("ch02-api-conv2d-filters", func(t *testing.T) {
		m := convolutional(t, 3, maps(nn.Conv2D{}))
		if got := m.CountParams().Trainable; got != 32*(3*3*3+1) {
			t.Errorf("%d weights, want 32 filters of 3×3 places with 3 channels and a bias each", got)
		}
		if out := must(m.PredictTensors(pictures(2, 3).Inputs...))(t)[0]; !out.Shape().Equal(tensor.Shape{6, 6, 32}) {
			t.Errorf("the output has shape %v", out.Shape())
		}
		if w := must(m.Weights("conv2d"))(t)["kernel"]; !w.Shape().Equal(tensor.Shape{3, 3, 32}) {
			t.Errorf("the kernel has shape %v", w.Shape())
		}
	})
	t.Run("ch02-api-stack-conv-pool", func(t *testing.T) {
		m := goodfit.Sequential(tensor.Shape{28, 28, 1},
			maps(nn.Conv2D{Filters: 16}), maps(nn.Conv2D{Filters: 16}), nn.MaxPool2D{},
			maps(nn.Conv2D{Filters: 32}), maps(nn.Conv2D{Filters: 32}), nn.MaxPool2D{})
		ok(t, m.Compile(still))
		if got := m.CountParams().Trainable; got != 16*10+16*(9*16+1)+32*(9*16+1)+32*(9*32+1) {
			t.Errorf("%d weights", got)
		}
		if out := must(m.PredictTensors(tensor.New(1, 28, 28, 1)))(t)[0]; !out.Shape().Equal(tensor.Shape{4, 4, 32}) {
			t.Errorf("the output has shape %v, want 28 → 26 → 24 → 12 → 10 → 8 → 4", out.Shape())
		}
	})
	t.Run("ch09-api-batchnorm-cnn", func(t *testing.T) {
		relu := maps(nn.Conv2D{Activation: act.ReLU})
		m := convolutional(t, 1, relu, relu, nn.As("norm", nn.BatchNorm{Epsilon: 1e-9}), nn.MaxPool2D{}, nn.Flatten{}, nn.Dense{Units: 1})
		if got := m.CountParams(); got.Trainable != 32*10+32*(9*32+1)+2*32+4*32+1 {
			t.Errorf("%d weights, want a scale and a shift for each of 32 channels", got.Trainable)
		}
		found := false
		for _, s := range must(m.LayerStats(pictures(16, 1)))(t) {
			if s.Layer == "norm" {
				found = true
				near(t, "mean", s.ActMean, 0, 1e-5)
				near(t, "standard deviation", s.ActStd, 1, 1e-2) // but for filters that are dead
			}
		}
		if !found {
			t.Error("the normalization was not measured")
		}
	})
}

func TestConvolutionalPenaltiesAndConstraints(t *testing.T) {
	t.Run("ch13-api-l2-conv", func(t *testing.T) {
		l2 := nn.Penalty{L2: 0.01}
		c := maps(nn.Conv2D{Penalty: l2, BiasPenalty: l2, BiasInit: nn.Constant(0.5)})
		m := convolutional(t, 1, nn.As("conv", c), nn.Flatten{}, nn.Dense{Units: 1})
		want := 0.01 * (squares(t, m, "conv", "kernel") + 32*0.25)
		near(t, "penalty", excess(t, m, pictures(8, 1)), want, rounding)
	})
	t.Run("ch14-api-activity-conv", func(t *testing.T) {
		c := maps(nn.Conv2D{Activity: nn.ActivityPenalty{L1: 0.001}})
		m := convolutional(t, 1, nn.As("conv", c), nn.Flatten{}, nn.Dense{Units: 1})
		b, sum := pictures(8, 1), 0.0
		for _, v := range must(m.Activations(b.Inputs, "conv"))(t)[0].Data() {
			sum += math.Abs(float64(v))
		}
		near(t, "penalty", excess(t, m, b), 0.001*sum/8, 10*rounding)
	})
	t.Run("ch15-conv2d-max-norm", func(t *testing.T) {
		start := nn.Constant(2)
		c := maps(nn.Conv2D{Constraint: nn.MaxNorm(3), BiasConstraint: nn.MaxNorm(3), Init: start, BiasInit: start})
		m := convolutional(t, 3, nn.As("conv", c), nn.Flatten{}, nn.Dense{Units: 1})
		must(m.TrainBatch(pictures(4, 3)))(t)
		// A filter's 27 weights have one norm, and the bias as a whole.
		near(t, "kernel", squares(t, m, "conv", "kernel"), 9*32, 1e-3)
		near(t, "bias", squares(t, m, "conv", "bias"), 9, 1e-5)
	})
}

// outputs returns the outputs in training, times n, for images through layers.
func outputs(t *testing.T, n float64, layers ...nn.Layer) (seen []float64) {
	t.Helper()
	m := convolutional(t, 1, layers...)
	for range 40 {
		seen = append(seen, n*math.Sqrt(must(m.TrainBatch(pictures(1, 1)))(t)))
	}
	return seen
}

// multiples counts the values that are whole multiples of step.
func multiples(values []float64, step float64) (count int) {
	for _, v := range values {
		if math.Abs(v/step-math.Round(v/step)) < 1e-4 {
			count++
		}
	}
	return count
}

func TestConvolutionalDropout(t *testing.T) {
	t.Run("ch16-dropout-cnn", func(t *testing.T) {
		// Of 32 maps with 2×2 places each is dropped alone: the mean is twice how many
		// of 128 are left.
		seen := outputs(t, 64, maps(nn.Conv2D{}), ones(), nn.MaxPool2D{}, nn.Dropout{Rate: 0.5}, nn.Flatten{}, means(128))
		if whole, maps := multiples(seen, 1), multiples(seen, 4); whole != 40 || maps > 30 {
			t.Errorf("%d of 40 outputs are whole numbers of places, and %d of maps: %v", whole, maps, seen)
		}
	})
	t.Run("ch16-spatial-dropout-cnn", func(t *testing.T) {
		seen := outputs(t, 64, maps(nn.Conv2D{}), ones(), nn.SpatialDropout2D{Rate: 0.5}, nn.MaxPool2D{}, nn.Flatten{}, means(128))
		low, high := seen[0], seen[0]
		for _, v := range seen {
			low, high = min(low, v), max(high, v)
		}
		if maps := multiples(seen, 4); maps != 40 || high-low < 8 {
			t.Errorf("%d of 40 outputs are whole numbers of maps: %v", maps, seen)
		}
	})
	t.Run("ch17-noise-cnn", func(t *testing.T) {
		// The mean of 128 values with noise of 0.1 is 0 ± 0.1/√128; its square has that
		// variance as mean, and over 2,000 rows an error of some per cent.
		zeros := maps(nn.Conv2D{Init: nn.Zeros})
		m := convolutional(t, 1, maps(nn.Conv2D{}), zeros, nn.MaxPool2D{}, nn.GaussianNoise{Std: 0.1}, nn.Flatten{}, means(128))
		b := pictures(2000, 1)
		near(t, "loss in training", must(m.TrainBatch(b))(t), 0.01/128, 0.15*0.01/128)
		near(t, "loss in use", must(m.Evaluate(source(b)))(t).Loss, 0, 0)
	})
}
