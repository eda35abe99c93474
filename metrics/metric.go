package metrics

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// Metric scores predictions in a way that people read. It is a plain value
// without state, such as TopK{K: 3}; the [Meter] made from it counts. A metric of
// one's own implements Metric and is named by [Register] so that model files can
// hold it.
type Metric interface {
	// Name is the name in histories and reports: "accuracy".
	Name() string
	// Direction tells which values are better.
	Direction() curves.Direction
	// Meter returns a new meter, or fails if outputs of that kind cannot be scored.
	Meter(s Spec) (Meter, error)
}

// Spec says what a [Meter] will be shown.
type Spec struct {
	// Outputs and Targets are the number of predictions and of targets per item.
	Outputs, Targets int
	// Signed is set where the two classes are −1 and +1, as under hinge loss.
	Signed bool
}

// Meter counts over batches. It is not safe for concurrent use.
type Meter interface {
	// Add counts items: pred has Outputs and target has Targets numbers for each.
	// weights has a weight for each item, or is nil for all 1. Nothing is kept of
	// the slices.
	Add(pred, target, weights []float32)
	// Value returns the score of what was added since Reset; NaN of nothing.
	Value() float64
	// Reset forgets all that was added.
	Reset()
}

// Score is a metric's value.
type Score struct {
	Name      string           `json:"name"`  // the metric's name
	Direction curves.Direction `json:"-"`     // which values are better
	Value     float64          `json:"value"` // NaN where there was nothing to score
}

// String returns name and value with four decimals, values nearer to 0 than 0.001
// as a power of ten.
func (s Score) String() string {
	if a := math.Abs(s.Value); a < 1e-3 && a > 0 {
		return fmt.Sprintf("%s: %.4e", s.Name, s.Value)
	}
	return fmt.Sprintf("%s: %.4f", s.Name, s.Value)
}

// table is the table of named metrics.
var table = registry.New[Metric]("metric")

// Register names a metric type, so that model files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func Register(name string, zero Metric) { table.Register(name, zero) }

// Marshal writes a metric as a JSON object with its registered name as "type". It
// fails if the type has no name.
func Marshal(m Metric) ([]byte, error) { return table.Marshal(m) }

// Unmarshal reads what [Marshal] wrote. It fails on a name that is not registered
// and on fields that the type does not have.
func Unmarshal(b []byte) (Metric, error) { return table.Unmarshal(b) }
