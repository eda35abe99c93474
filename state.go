package goodfit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// stateFile is the form of a fit's state in a file, besides weights and the
// optimizer's arrays.
type stateFile struct {
	Config string // hash of everything that decides the results
	First  int    // epochs made before the fit
	// FirstUpdate is the number of updates made before the fit.
	FirstUpdate int
	History     json.RawMessage
	Watchers    []watcherState
}

type watcherState struct {
	Type  string
	State json.RawMessage
}

// SaveState writes the state of the fit after the last finished epoch: weights,
// optimizer, counters on which the random numbers and the order of the rows
// depend, history and what the callbacks count. A fit of the same model, data and
// plan that calls [Run.RestoreState] goes on from there with the same bits.
// It is for the end of an epoch.
func (r *Run) SaveState(path string) error {
	w := modelfile.New(modelfile.Checkpoint, Version)
	if err := r.writeState(w); err != nil {
		return fmt.Errorf("goodfit: save state %s: %w", path, err)
	}
	return w.Save(path)
}

func (r *Run) writeState(w *modelfile.Writer) error {
	history, err := json.Marshal(r.fit.history)
	if err != nil {
		return err
	}
	f := stateFile{Config: r.hash(), First: r.first, FirstUpdate: r.fit.firstUpdate, History: history}
	for _, x := range r.watchers.all {
		s := watcherState{Type: fmt.Sprintf("%T", x)}
		if st, ok := x.(Stateful); ok {
			if s.State, err = st.SaveState(); err != nil {
				return err
			}
		}
		f.Watchers = append(f.Watchers, s)
	}
	if err := w.JSON("state.json", f); err != nil {
		return err
	}
	if err := r.model.writeTraining(w.PartWriter); err != nil {
		return err
	}
	return w.Tensors("weights.safetensors", r.model.namedWeights(), nil)
}

// RestoreState makes the fit go on from a state that [Run.SaveState] wrote. It is
// for the beginning of a fit. It fails, and changes nothing that counts, if the
// state is of another model, configuration, plan or set of callbacks.
func (r *Run) RestoreState(path string) error {
	f, err := modelfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Expect(modelfile.Checkpoint); err != nil {
		return err
	}
	if err := r.readState(f.PartReader); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (r *Run) readState(p modelfile.PartReader) error {
	var f stateFile
	if err := p.JSON("state.json", &f); err != nil {
		return err
	}
	if f.Config != r.hash() {
		return errors.New("the state is of another model, data layout, configuration or plan; remove the file to start anew")
	}
	if err := r.restoreWatchers(f.Watchers); err != nil {
		return err
	}
	history := &curves.History{}
	if err := json.Unmarshal(f.History, history); err != nil {
		return err
	}
	t, err := p.Tensors("weights.safetensors")
	if err != nil {
		return err
	}
	if err := t.Into(r.model.weightsByName()); err != nil {
		return err
	}
	if err := r.model.readTraining(p); err != nil {
		return err
	}
	*r.fit.history = *history
	r.fit.firstUpdate = f.FirstUpdate
	r.first, r.Epochs = f.First, f.First+max(r.plan.Epochs, 1)
	return nil
}

func (r *Run) restoreWatchers(saved []watcherState) error {
	if len(saved) != len(r.watchers.all) {
		return fmt.Errorf("the state has %d callbacks, the plan %d", len(saved), len(r.watchers.all))
	}
	for k, x := range r.watchers.all {
		if name := fmt.Sprintf("%T", x); saved[k].Type != name {
			return fmt.Errorf("callback %d was a %s in the state and is a %s in the plan", k, saved[k].Type, name)
		}
		if st, ok := x.(Stateful); ok {
			if err := st.RestoreState(saved[k].State); err != nil {
				return fmt.Errorf("callback %T: %w", x, err)
			}
		}
	}
	return nil
}

// hash identifies what decides the results of a fit, but for the number of
// epochs and the data themselves.
func (r *Run) hash() string {
	p := r.plan
	h := sha256.New()
	for _, v := range []any{r.model.graphFile(), r.model.config} {
		b, err := registry.Marshal(v, append(slices.Clone(configTables), layerTable)...)
		if err != nil { // a part that cannot be stored is known by its type
			b = fmt.Appendf(nil, "%T", v)
		}
		h.Write(b)
	}
	fmt.Fprintf(h, "%d %v %v %v %v", p.BatchSize, p.ClassWeights, p.InOrder, r.fit.train.Layout(), p.ValidateEvery)
	return hex.EncodeToString(h.Sum(nil))
}

// MarshalJSON writes the numbers as base64 of little-endian float32.
func (s Snapshot) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]string{encodeFloats(s.weights), encodeFloats(s.stats)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Snapshot) UnmarshalJSON(b []byte) error {
	var text [2]string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	var err error
	if s.weights, err = decodeFloats(text[0]); err != nil {
		return err
	}
	s.stats, err = decodeFloats(text[1])
	return err
}

func encodeFloats(x []float32) string {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return base64.StdEncoding.EncodeToString(b)
}

func decodeFloats(text string) ([]float32, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b)%4 != 0 {
		return nil, errors.New("a snapshot of weights is damaged")
	}
	x := make([]float32, len(b)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return x, nil
}
