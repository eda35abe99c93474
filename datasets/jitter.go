package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Jitter adds Gaussian noise to the numbers of a table in training, fresh each time
// that a row is shown, so that no row is seen twice alike (Sietsma and Dow 1991;
// Bishop 1995). Unlike nn.GaussianNoise it knows the columns: each gets noise on
// its own scale, and codes of categories get none.
//
// The noise is a function of the plan's seed, the epoch, the number of the row in
// the order of the epoch and the column, whatever the batch size. Evaluation sees
// the data as they are.
type Jitter struct {
	// Std is the standard deviation of the noise, in standard deviations of the
	// column, which are taken from the data. 0: no noise. Usual values are 0.01 to
	// 0.1; too much hides what there is to learn.
	Std float64
	// Absolute takes Std in the units of the data.
	Absolute bool
	// Columns are the numbers of the columns that get noise, a column being each
	// number of a row. Nil: all that have more than two different values, which
	// leaves out one-hot codes and yes-or-no answers.
	Columns []int
	// Input is the number of the input, for data that have several.
	Input int
}

// Of returns the data with jitter in training. It fails if a field is out of
// range, the data have faults (see [Dataset.Check]), or they are not in memory and
// Jitter is not Absolute; of such data all columns get noise if Columns is nil.
func (j Jitter) Of(s Source) (Source, error) {
	return augment(s, func(s Source) (augmentation, error) {
		inputs := s.Layout().Inputs
		switch {
		case !(j.Std >= 0 && j.Std <= math.MaxFloat32):
			return nil, fmt.Errorf("datasets: jitter: Std is %g, want a number of at least 0", j.Std)
		case j.Input < 0 || j.Input >= len(inputs):
			return nil, fmt.Errorf("datasets: jitter: Input is %d, and the data have %d inputs", j.Input, len(inputs))
		}
		columns := inputs[j.Input].Shape.Size()
		for _, c := range j.Columns {
			if c < 0 || c >= columns {
				return nil, fmt.Errorf("datasets: jitter: column %d, and a row has %d", c, columns)
			}
		}
		if t := tensorsBehind(s); t != nil {
			return jitter{desc: j}.of(t), nil
		}
		if !j.Absolute {
			return nil, fmt.Errorf("datasets: jitter: the scale of columns is not known of a %T; set Absolute, or load the data", s)
		}
		return jitter{j, j.absolute(columns)}, nil
	})
}

// absolute returns the deviations of a stream's columns.
func (j Jitter) absolute(columns int) []float32 {
	std := make([]float32, columns)
	for c := range std {
		if j.Columns == nil || slices.Contains(j.Columns, c) {
			std[c] = float32(j.Std)
		}
	}
	return std
}

// jitter is a Jitter for certain data: std is the noise of each column.
type jitter struct {
	desc Jitter
	std  []float32
}

func (j jitter) of(t *Tensors) augmentation {
	x := t.Inputs[j.desc.Input].Tensor
	j.std = make([]float32, x.Shape().Size())
	for c := range j.std {
		values := columnOf(x, c)
		switch {
		case j.desc.Columns == nil && atMostTwo(values), j.desc.Columns != nil && !slices.Contains(j.desc.Columns, c):
		case j.desc.Absolute:
			j.std[c] = float32(j.desc.Std)
		default:
			_, variance := fmath.Variance(values, 0)
			j.std[c] = float32(j.desc.Std * math.Sqrt(variance))
		}
	}
	return j
}

func columnOf(x *tensor.Tensor, c int) []float64 {
	values := make([]float64, x.Rows())
	for i := range values {
		values[i] = float64(x.Row(i)[c])
	}
	return values
}

// atMostTwo reports whether there are no three different values.
func atMostTwo(values []float64) bool {
	other := slices.IndexFunc(values, func(v float64) bool { return v != values[0] })
	return other < 0 || !slices.ContainsFunc(values, func(v float64) bool { return v != values[0] && v != values[other] })
}

// The parts of a plan's seed that augmentations take.
const (
	jitterNoise = 0x6a697474
	mixupDraws  = 0x6d697875
)

func (j jitter) epoch(plan BatchPlan) func(b *Batch, first int) error {
	key := kernel.Key{Seed: random.Derive(plan.Seed, jitterNoise, uint64(j.desc.Input)), Step: uint64(plan.Epoch)}
	var copied *tensor.Tensor
	var inputs []*tensor.Tensor
	var noise []float32
	return func(b *Batch, first int) error {
		x := b.Inputs[j.desc.Input]
		copied = copyOf(copied, x)
		n := len(x.Data())
		noise = slices.Grow(noise[:0], n)[:n]
		kernel.Normal(noise, key, uint64(first*len(j.std)))
		for i := range x.Rows() {
			row := copied.Row(i)
			for c, std := range j.std {
				row[c] += float32(std * noise[i*len(row)+c])
			}
		}
		inputs = append(inputs[:0], b.Inputs...)
		inputs[j.desc.Input] = copied
		b.Inputs = inputs
		return nil
	}
}
