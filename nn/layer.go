package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Layer is the description of a layer: a plain value without state, such as
// Dense{Units: 25}. A model makes the [Op] at work from it.
//
// A layer of one's own implements Layer, its Op, and is named by [Register] so
// that model files can hold it. Package nn/nntest checks it.
type Layer interface {
	// Build checks the description against the shapes of the inputs, one row
	// each, and returns a new layer at work. It fails with what is wrong and what
	// was expected; the model adds the layer's name.
	Build(in []tensor.Shape) (Op, error)
}

// Op is a layer at work: its parameters and its arithmetic. It keeps nothing
// between calls but its parameters, so that several plans can run it at once;
// what one pass leaves for the next is in the [Pass].
type Op interface {
	// Out returns the shape of one row of the output.
	Out() tensor.Shape
	// Params returns the parameters, the same pointers at every call; the caller
	// must not change the slice.
	Params() []*Param
	// Scratch returns how many float32 a pass over that many rows needs: keep,
	// what Forward leaves for Backward, and work, free after each call.
	Scratch(rows int, mode Mode) (keep, work int)
	// Forward writes p.Out from p.In.
	Forward(p *Pass)
	// Backward writes p.DIn and p.Grads from p.DOut, overwriting what they held.
	// Entries that are nil are not wanted. It may overwrite p.DOut, and must not
	// change p.In and p.Out. It follows a Forward of the same Pass in mode Train.
	Backward(p *Pass)
}

// Mode tells training from use.
type Mode uint8

const (
	// Infer computes outputs as a trained model does: no dropout, no noise, stored
	// statistics.
	Infer Mode = iota
	// Train computes outputs as training does.
	Train
)

// Pass is one run of an [Op] over a batch: where the numbers are. Slices have
// Rows times the size of a row, rows one after the other. The plan that owns the
// memory makes the Pass once and uses it for every batch of that size.
type Pass struct {
	Rows int
	Mode Mode
	// Frozen is set in training when the layer's parameters stay as they are:
	// Grads are nil, and statistics are used and not updated.
	Frozen bool
	// In holds the inputs and Out the output. An op must not change In.
	In  [][]float32
	Out []float32
	// DIn and DOut are the gradients of the loss with respect to In and Out.
	DIn  [][]float32
	DOut []float32
	// Grads are the gradients for the op's Params, nil for those not trained.
	Grads [][]float32
	// Keep and Work are the memory that Scratch asked for.
	Keep, Work []float32
	// Masks has, for each input that is a padded sequence, rows×steps of ones and
	// zeros; nil where every step counts. OutMask is the mask of the output.
	Masks   [][]float32
	OutMask []float32
	// Key draws this step's random numbers for this layer: the same key and index
	// give the same number, whatever the order or the number of threads.
	Key kernel.Key
	// Runner shares large work out over threads; nil: none but this one.
	Runner kernel.Runner
	// RawOutput is set when the loss is computed together with the layer's final
	// activation: Forward leaves out the activation, and DOut is the gradient with
	// respect to the raw output. Only for ops that implement [Raw].
	RawOutput bool
	// InMask is set, for ops that implement [Masker], where the first input is the
	// output of a ReLU that only this op reads: Backward then multiplies DIn[0] by
	// the ReLU's derivative, which is 1 where InMask is above zero and else 0.
	// DOutMasked tells the op with the ReLU that this has been done.
	InMask     []float32
	DOutMasked bool
	// State is the op's own, made by Prepare once for each Pass.
	State any
}

// Preparer is an [Op] that keeps something for each [Pass], as a product's
// packing memory. Prepare is called once, when a plan has set all fields but
// those that change with the batch: the data of In, Masks and Key.
type Preparer interface {
	Op
	Prepare(p *Pass)
}

// Uniform fills dst with this step's uniform numbers in [0, 1) of the given
// stream; streams of one layer do not overlap.
func (p *Pass) Uniform(dst []float32, stream uint64) { kernel.Uniform(dst, p.Key, stream<<40) }

// Normal fills dst with this step's standard normal numbers of the given stream.
func (p *Pass) Normal(dst []float32, stream uint64) { kernel.Normal(dst, p.Key, stream<<40) }

// layers is the table of named layers.
var layers = registry.New[Layer]("layer")

// Register names a layer type, so that model files can hold it: zero is a value
// of the type, such as MyLayer{}. It panics if the name is taken by another type.
// Call it from an init function.
func Register(name string, zero Layer) { layers.Register(name, zero) }

// TypeName returns the registered name of a layer's type; it fails for a type
// that was not registered.
func TypeName(l Layer) (string, error) { return layers.Name(l) }

// MarshalLayer writes a layer as a JSON object whose "type" is the registered
// name and whose other fields are those set.
func MarshalLayer(l Layer) ([]byte, error) { return layers.Marshal(l) }

// UnmarshalLayer reads what [MarshalLayer] wrote.
func UnmarshalLayer(b []byte) (Layer, error) { return layers.Unmarshal(b) }
