package ensembles

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/tensor"
)

var errNoMembers = errors.New("no members")

// Ensemble is several models that predict as one: a [goodfit.Predictor]. Predict
// and what scores the ensemble may be called from many goroutines at once.
type Ensemble struct {
	// Members are the trained models, which take and give the same columns.
	Members []*goodfit.Model
	// Combiner makes one prediction of the members'; nil means Mean{}.
	Combiner Combiner
	// Histories are those of the trainings, in the order in which their members
	// stand; one training may give several members. Files do not hold them.
	Histories []*curves.History
	// LeftOut are the training rows that each member has not seen, where these
	// differ from member to member: what [Ensemble.OutOfBag] is estimated from.
	// Files do not hold them.
	LeftOut [][]int
}

// New returns the ensemble of the models; c nil means Mean{}.
func New(c Combiner, members ...*goodfit.Model) *Ensemble {
	return &Ensemble{Members: members, Combiner: c}
}

// combiner returns what combines the members.
func (e *Ensemble) combiner() Combiner {
	if e.Combiner == nil {
		return Mean{}
	}
	return e.Combiner
}

// Check fails if there are no members, one is nil or has other inputs or outputs
// than the first, or the combiner is not for that many members.
func (e *Ensemble) Check() error {
	for i, m := range e.Members {
		if m == nil {
			return fmt.Errorf("member %d is nil", i)
		}
		in, out, err := sizes(m)
		if err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
		if in0, out0, _ := sizes(e.Members[0]); in != in0 || out != out0 {
			return fmt.Errorf("member %d makes %d numbers of %d, member 0 makes %d of %d", i, out, in, out0, in0)
		}
	}
	if len(e.Members) == 0 {
		return errNoMembers
	}
	if err := e.combiner().Check(len(e.Members)); err != nil {
		return fmt.Errorf("%T: %w", e.combiner(), err)
	}
	if _, votes := e.Combiner.(Vote); votes && len(outputShape(e.Members[0])) != 1 {
		return fmt.Errorf("the members' outputs have shape %v, and votes are for outputs of one axis", outputShape(e.Members[0]))
	}
	return nil
}

// sizes returns how many numbers a model of one input and one output takes and
// gives for a row.
func sizes(m *goodfit.Model) (in, out int, err error) {
	ins, outs := m.InputNames(), m.OutputNames()
	if len(ins) != 1 || len(outs) != 1 {
		return 0, 0, fmt.Errorf("the model has %d inputs and %d outputs, want 1 and 1", len(ins), len(outs))
	}
	for _, l := range m.Layers() {
		if l.Name == ins[0] {
			in = l.Output.Size()
		}
		if l.Name == outs[0] {
			if len(l.Output) == 0 {
				return 0, 0, errors.New("the model has no weights yet; compile it")
			}
			out = l.Output.Size()
		}
	}
	return in, out, nil
}

// outputShape returns the shape of a model's only output.
func outputShape(m *goodfit.Model) tensor.Shape {
	info, err := m.Layer(m.OutputNames()[0])
	if err != nil {
		return nil
	}
	return info.Output
}

// blockRows is how many rows of a member are predicted at a time, and waveBlocks
// how many blocks of all members are held before they are combined.
const (
	blockRows  = 1024
	waveBlocks = 16
)

// Predict returns the combined prediction for each row of x. Members and blocks of
// rows are worked on in parallel; the bits are those of one after the other. It
// fails as [Ensemble.Check] and [goodfit.Model.Predict] do.
func (e *Ensemble) Predict(x *mat.Dense) (*mat.Dense, error) {
	if err := e.checkRows(x); err != nil {
		return nil, err
	}
	rows, cols := x.Dims()
	var out *mat.Dense
	for lo := 0; lo < rows; lo += waveBlocks * blockRows {
		hi := min(lo+waveBlocks*blockRows, rows)
		wave := x.Slice(lo, hi, 0, cols).(*mat.Dense)
		members, err := e.members(wave)
		if err != nil {
			return nil, err
		}
		part, err := e.combine(wave, members)
		if err != nil {
			return nil, err
		}
		if hi-lo == rows {
			return part, nil
		}
		if out == nil {
			_, outputs := part.Dims()
			out = mat.NewDense(rows, outputs, nil)
		}
		copy(out.RawMatrix().Data[lo*out.RawMatrix().Stride:], part.RawMatrix().Data)
	}
	return out, nil
}

// PredictMembers returns the predictions of each member for the rows of x, in
// parallel. It fails as Predict does.
func (e *Ensemble) PredictMembers(x *mat.Dense) ([]*mat.Dense, error) {
	if err := e.checkRows(x); err != nil {
		return nil, err
	}
	return e.members(x)
}

func (e *Ensemble) checkRows(x *mat.Dense) error {
	if err := e.Check(); err != nil {
		return fmt.Errorf("ensembles: %w", err)
	}
	if x == nil || x.IsEmpty() {
		return errors.New("ensembles: predict: no rows")
	}
	return nil
}

// members returns each member's predictions.
func (e *Ensemble) members(x *mat.Dense) ([]*mat.Dense, error) {
	rows, cols := x.Dims()
	_, outputs, err := sizes(e.Members[0])
	if err != nil {
		return nil, err
	}
	out := make([]*mat.Dense, len(e.Members))
	for k := range out {
		out[k] = mat.NewDense(rows, outputs, nil)
	}
	blocks := (rows + blockRows - 1) / blockRows
	err = pool.Each(context.Background(), blocks*len(e.Members), func(_ context.Context, task int) error {
		k, lo := task/blocks, task%blocks*blockRows
		y, err := e.Members[k].Predict(x.Slice(lo, min(lo+blockRows, rows), 0, cols).(*mat.Dense))
		if err != nil {
			return fmt.Errorf("ensembles: member %d: %w", k, err)
		}
		copy(out[k].RawMatrix().Data[lo*outputs:], y.RawMatrix().Data)
		return nil
	})
	return out, err
}

// combine combines the members' predictions, block by block.
func (e *Ensemble) combine(x *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	rows, _ := members[0].Dims()
	blocks := (rows + blockRows - 1) / blockRows
	parts := make([]*mat.Dense, blocks)
	err := pool.Each(context.Background(), blocks, func(_ context.Context, b int) (err error) {
		lo, hi := b*blockRows, min((b+1)*blockRows, rows)
		slices := make([]*mat.Dense, len(members))
		for k, m := range members {
			slices[k] = rowsOf(m, lo, hi)
		}
		parts[b], err = e.combiner().Combine(rowsOf(x, lo, hi), slices)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	if blocks == 1 {
		return parts[0], nil
	}
	_, outputs := parts[0].Dims()
	out := mat.NewDense(rows, outputs, nil)
	for b, p := range parts {
		copy(out.RawMatrix().Data[b*blockRows*outputs:], p.RawMatrix().Data)
	}
	return out, nil
}

// rowsOf returns rows lo to hi−1, sharing memory; nil of nil.
func rowsOf(m *mat.Dense, lo, hi int) *mat.Dense {
	if m == nil {
		return nil
	}
	_, cols := m.Dims()
	return m.Slice(lo, hi, 0, cols).(*mat.Dense)
}

// Take returns the ensemble of some of the members, in the given order. It fails
// if a number is out of range or the combiner cannot do without the others.
func (e *Ensemble) Take(members ...int) (*Ensemble, error) {
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	s, ok := e.combiner().(Subsetter)
	if !ok {
		return nil, fmt.Errorf("ensembles: %T combines all its members only", e.combiner())
	}
	out := &Ensemble{}
	for _, i := range members {
		if i < 0 || i >= len(e.Members) {
			return nil, fmt.Errorf("ensembles: member %d of %d", i, len(e.Members))
		}
		out.Members = append(out.Members, e.Members[i])
		if len(e.LeftOut) == len(e.Members) {
			out.LeftOut = append(out.LeftOut, e.LeftOut[i])
		}
		if len(e.Histories) == len(e.Members) {
			out.Histories = append(out.Histories, e.Histories[i])
		}
	}
	out.Combiner = s.Subset(members)
	return out, out.Check()
}
