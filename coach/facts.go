package coach

import (
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// Facts are what the coach knows of the rows it works with.
type Facts struct {
	Rows, Columns int // Columns are encoded features
	Task          datasets.Task
	// ClassRows are the rows of each class of a classification.
	ClassRows []int
	// Spread is the largest size of a feature column as it comes, and Range that over
	// the smallest: sizes are root mean squares of columns that are not 0 and 1 alone.
	// Both are 1 where there are none.
	Spread, Range float64
	// Of a regression's target: its root mean square, its skewness (third standardized
	// moment), the share of rows farther than 3 interquartile ranges from the
	// quartiles, and whether all are above 0.
	TargetSize, TargetSkew, TargetOutliers float64
	TargetPositive                         bool
	// FeatureOutliers is that share over all feature cells.
	FeatureOutliers float64
}

// factsOf looks at encoded rows.
func factsOf(d *datasets.Dataset, task datasets.Task) Facts {
	rows, cols := d.X.Dims()
	f := Facts{Rows: rows, Columns: cols, Task: task, Spread: 1, Range: 1, TargetSize: 1}
	least, most := math.Inf(1), 0.0
	for j := range cols {
		c := column(d.X.RawMatrix().Data, d.X.RawMatrix().Stride, j, rows)
		if binary(c) {
			continue
		}
		size := rootMeanSquare(c)
		f.FeatureOutliers += outliers(c) / float64(cols)
		if size > 0 {
			least, most = min(least, size), max(most, size)
		}
	}
	if most > 0 {
		f.Spread, f.Range = most, most/least
	}
	y := column(d.Y.RawMatrix().Data, d.Y.RawMatrix().Stride, 0, rows)
	if task == datasets.TaskClassification {
		f.ClassRows = make([]int, len(d.Classes))
		for _, k := range y {
			f.ClassRows[int(k)]++
		}
		return f
	}
	f.TargetSize, f.TargetSkew, f.TargetOutliers, f.TargetPositive = rootMeanSquare(y), fmath.Skewness(y), outliers(y), slices.Min(y) > 0
	return f
}

// Rarest returns the share of the rarest class in that of equal classes, 1 for a
// regression.
func (f Facts) Rarest() float64 {
	if len(f.ClassRows) == 0 {
		return 1
	}
	return float64(slices.Min(f.ClassRows)*len(f.ClassRows)) / float64(f.Rows)
}

func column(data []float64, stride, j, rows int) []float64 {
	c := make([]float64, rows)
	for i := range c {
		c[i] = data[i*stride+j]
	}
	return c
}

func binary(c []float64) bool {
	return !slices.ContainsFunc(c, func(x float64) bool { return x != 0 && x != 1 })
}

func rootMeanSquare(c []float64) float64 {
	return math.Sqrt(fmath.Dot(c, c) / float64(len(c)))
}

// outliers returns the share of values farther than 3 interquartile ranges from the
// quartiles.
func outliers(c []float64) float64 {
	sorted := slices.Sorted(slices.Values(c))
	low, high := fmath.Quantile(sorted, 0.25), fmath.Quantile(sorted, 0.75)
	reach := float64(3 * (high - low))
	if reach == 0 {
		return 0
	}
	n := 0
	for _, x := range c {
		if x < low-reach || x > high+reach {
			n++
		}
	}
	return float64(n) / float64(len(c))
}

// unscaled reports whether a recipe leaves features, or the target, as they come.
func unscaled(s datasets.Scaling) bool {
	return s == datasets.Standardize{NoCenter: true, NoScale: true}
}

// stochastic reports whether a recipe trains with noise that prediction is free of, or
// weights classes in training alone.
func stochastic(r pipeline.Recipe) bool {
	return r.Train.Config.Noise.Weights > 0 || r.Train.Plan.ClassWeights != nil || slices.ContainsFunc(r.Train.Layers, stochasticLayer)
}

// stochasticLayer reports whether a layer computes something else in training than in use.
func stochasticLayer(l nn.Layer) bool {
	switch l := unnamed(l).(type) {
	case nn.TimeDistributed:
		return stochasticLayer(l.Layer)
	case nn.Dropout, nn.SpatialDropout1D, nn.SpatialDropout2D, nn.GaussianNoise, nn.GaussianDropout, nn.AlphaDropout, nn.BatchNorm:
		return true
	}
	return false
}
