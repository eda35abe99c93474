package ensembles

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/tensor"
)

// AverageWeights returns a new model with the weighted mean Σ c_i·w_i / Σ c_i of the
// models' weights and statistics, computed in float64, and compiled as the first is.
// Coefficients nil means equal ones. It is of use for models of one training, whose
// weights lie near each other; for models with batch normalization call
// [RefreshBatchNorm] afterwards.
//
// It fails if there are no models, the coefficients are out of range as in
// [Weighted], or the models have other layers than the first.
func AverageWeights(coefficients []float64, models ...*goodfit.Model) (*goodfit.Model, error) {
	if len(models) == 0 {
		return nil, errors.New("ensembles: no models to average")
	}
	if coefficients == nil {
		coefficients = equal(len(models))
	}
	if err := (Weighted{coefficients}).Check(len(models)); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	out := models[0].Clone(true)
	if err := out.Compile(models[0].Config()); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	var sum arrays
	for i, f := range Normalized(coefficients) {
		a, err := arraysOf(models[i])
		if err == nil {
			err = sum.add(f, a)
		}
		if err != nil {
			return nil, fmt.Errorf("ensembles: model %d: %w", i, err)
		}
	}
	return out, sum.into(out.SetWeights)
}

// array is one parameter or statistic of a layer, in float64.
type array struct {
	layer, name string
	shape       tensor.Shape
	rows        int
	values      []float64
}

// arrays are all those of a model.
type arrays []array

// arraysOf returns copies of a model's arrays. It may be called in training, by
// callbacks.
func arraysOf(m *goodfit.Model) (arrays, error) {
	var out arrays
	for _, l := range m.Layers() {
		if l.Layer == nil || l.Shares != "" || len(l.Params) == 0 {
			continue
		}
		weights, err := m.Weights(l.Name)
		if err != nil {
			return nil, err
		}
		for _, p := range l.Params {
			t := weights[p.Name]
			out = append(out, array{l.Name, p.Name, t.Shape(), t.Rows(), widened(nil, t.Data())})
		}
	}
	return out, nil
}

// add adds f·b; an empty sum becomes that.
func (a *arrays) add(f float64, b arrays) error {
	if *a == nil {
		*a = make(arrays, len(b))
		for k := range b {
			(*a)[k] = b[k]
			(*a)[k].values = make([]float64, len(b[k].values))
		}
	}
	if err := a.fits(b); err != nil {
		return err
	}
	for k := range b {
		dst := (*a)[k].values
		for i, v := range b[k].values {
			dst[i] += float64(f * v)
		}
	}
	return nil
}

// fits fails if b are arrays of another model.
func (a *arrays) fits(b arrays) error {
	if len(*a) != len(b) {
		return fmt.Errorf("it has %d arrays of weights, the first model has %d", len(b), len(*a))
	}
	for k, x := range *a {
		if y := b[k]; x.layer != y.layer || x.name != y.name || len(x.values) != len(y.values) {
			return fmt.Errorf("it has %s/%s with %d weights where the first model has %s/%s with %d",
				y.layer, y.name, len(y.values), x.layer, x.name, len(x.values))
		}
	}
	return nil
}

// into sets the weights of a model by its SetWeights.
func (a arrays) into(set func(layer string, weights map[string]*tensor.Tensor) error) error {
	for _, x := range a {
		data := make([]float32, len(x.values))
		for i, v := range x.values {
			data[i] = float32(v)
		}
		if err := set(x.layer, map[string]*tensor.Tensor{x.name: tensor.Of(data, x.rows, x.shape...)}); err != nil {
			return err
		}
	}
	return nil
}

// Decay says how the coefficients of a [WeightAverage] fall from the last epoch back.
type Decay string

// The decays; n is the number of epochs, i counts from 1, the last epoch.
const (
	EqualDecay       Decay = ""            // 1
	LinearDecay      Decay = "linear"      // (n+1−i)/n
	ExponentialDecay Decay = "exponential" // exp(−i/Alpha)
)

// WeightAverage trains one model and averages the weights of its last epochs
// (Polyak averaging): one model, as fast as any. The statistics of its batch
// normalization are recomputed on the training rows.
type WeightAverage struct {
	Members int // the number of epochs; default 10
	Every   int // as in [Horizontal]
	// Decay says how much older epochs count.
	Decay Decay
	// Alpha is the slowness of ExponentialDecay in epochs kept, above 0; default 2.
	Alpha float64
	Seed  uint64
}

// Fit implements [Method]; the ensemble has one member.
func (w WeightAverage) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	k, err := lateEpochs("WeightAverage", w.Members, w.Every, recipe.Plan)
	if err != nil {
		return nil, err
	}
	if _, err := w.Coefficients(k.most); err != nil {
		return nil, err
	}
	e, fitErr := fitKeeping(ctx, recipe, train, w.Seed, k)
	if e == nil {
		return nil, fitErr
	}
	c, err := w.Coefficients(len(e.Members))
	if err != nil {
		return nil, err
	}
	m, err := AverageWeights(c, e.Members...)
	if err != nil {
		return nil, err
	}
	if err := RefreshBatchNorm(m, train); err != nil {
		return nil, err
	}
	e.Members = []*goodfit.Model{m}
	return e, fitErr
}

// Coefficients returns what n epochs count, from the last back. It fails if the
// decay is unknown or Alpha is out of range or meaningless.
func (w WeightAverage) Coefficients(n int) ([]float64, error) {
	alpha := w.Alpha
	if alpha == 0 {
		alpha = 2
	}
	if w.Alpha != 0 && w.Decay != ExponentialDecay || !(alpha > 0) {
		return nil, fmt.Errorf("ensembles: WeightAverage.Alpha is %g with the decay %q, want more than 0, and that with %q alone", w.Alpha, w.Decay, ExponentialDecay)
	}
	c := equal(n)
	for i := range c {
		switch w.Decay {
		case EqualDecay:
		case LinearDecay:
			c[i] = float64(n-i) / float64(n)
		case ExponentialDecay:
			c[i] = fmath.Exp(-float64(i+1) / alpha)
		default:
			return nil, fmt.Errorf("ensembles: WeightAverage.Decay is %q, want %q, %q or %q", w.Decay, EqualDecay, LinearDecay, ExponentialDecay)
		}
	}
	return c, nil
}

func init() { Register("WeightAverage", WeightAverage{}) }
