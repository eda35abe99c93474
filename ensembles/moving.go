package ensembles

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
)

// moving is a mean of weights that is gathered in training, and its place in a
// callback's state.
type moving struct {
	model *goodfit.Model
	sum   arrays
	count int
}

// mix makes the mean ← (1−f)·mean + f·weights.
func (v *moving) mix(f float64) error {
	now, err := arraysOf(v.model)
	if err != nil {
		return err
	}
	v.count++
	if v.sum == nil {
		v.sum = now
		return nil
	}
	for k := range now {
		dst := v.sum[k].values
		for i, w := range now[k].values {
			dst[i] += float64(f * (w - dst[i]))
		}
	}
	return nil
}

// finish puts the mean in the place of the model's weights, with statistics of
// batch normalizations from data.
func (v *moving) finish(run *goodfit.Run, data datasets.Source) error {
	m := v.model
	if err := v.sum.into(run.SetWeights); err != nil {
		return err
	}
	if !hasBatchNorm(m) {
		return nil
	}
	c := m.Clone(true)
	if err := c.Compile(m.Config()); err != nil {
		return err
	}
	if err := RefreshBatchNorm(c, data); err != nil {
		return err
	}
	return m.Restore(c.Snapshot())
}

// movingFile is the form of a mean in a callback's state.
type movingFile struct {
	Count  int
	Values []string // base64 of little-endian float64, array after array
}

func (v *moving) save() ([]byte, error) {
	f := movingFile{Count: v.count}
	for _, a := range v.sum {
		b := make([]byte, 0, 8*len(a.values))
		for _, x := range a.values {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		f.Values = append(f.Values, base64.StdEncoding.EncodeToString(b))
	}
	return json.Marshal(f)
}

// restore reads what save wrote.
func (v *moving) restore(state []byte) error {
	var f movingFile
	if err := json.Unmarshal(state, &f); err != nil {
		return err
	}
	v.count = f.Count
	if len(f.Values) == 0 {
		return nil
	}
	like, err := arraysOf(v.model)
	if err != nil {
		return err
	}
	if len(like) != len(f.Values) {
		return errDamaged
	}
	for k, text := range f.Values {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(b) != 8*len(like[k].values) {
			return errDamaged
		}
		for i := range like[k].values {
			like[k].values[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
	v.sum = like
	return nil
}

var errDamaged = errors.New("the mean of the weights is damaged or of another model")

// needsData fails if a model has batch normalization and there are no rows to
// compute its statistics from.
func needsData(method string, m *goodfit.Model, data datasets.Source) error {
	if data == nil && hasBatchNorm(m) {
		return fmt.Errorf("the model has batch normalization, whose statistics do not belong to averaged weights; set %s.Data to the training rows", method)
	}
	return nil
}

// fitMoving trains one model with a callback that averages its weights.
func fitMoving(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, seed uint64, c goodfit.Callback) (*Ensemble, error) {
	if err := checkTrain(train); err != nil {
		return nil, err
	}
	recipe.Plan.Callbacks = append(slices.Clone(recipe.Plan.Callbacks), c)
	m, h, err := recipe.Fit(ctx, train, nil, seed)
	if err != nil {
		err = fmt.Errorf("ensembles: %w", err)
	}
	if m == nil || h == nil || h.Epochs() == 0 {
		return nil, err
	}
	return &Ensemble{Members: []*goodfit.Model{m}, Combiner: Mean{}, Histories: []*curves.History{h}}, err
}
