package studies

import (
	"encoding/json"
	"math"

	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/plots"
)

// Outcome is what a study found.
type Outcome struct {
	Study
	Claims  []Claim  `json:"claims"`
	Results []Result `json:"results"`
	// Figures are the paths of the files written.
	Figures []string `json:"figures"`
	Seconds float64  `json:"seconds"`

	drawings []Drawing
}

// Claim is a finding, and whether it holds.
type Claim struct {
	Text     string `json:"text"`
	Holds    bool   `json:"holds"`
	Evidence string `json:"evidence"`
}

// Drawing is a figure with its name and caption.
type Drawing struct {
	Name, Caption string
	Figure        plots.Figure
}

// Drawings returns the study's figures, whether or not they were written to
// files.
func (o *Outcome) Drawings() []Drawing { return o.drawings }

// Holds reports whether every claim holds.
func (o *Outcome) Holds() bool {
	for _, c := range o.Claims {
		if !c.Holds {
			return false
		}
	}
	return true
}

// Result is a measured quantity beside the book's number.
type Result struct {
	What string
	// Book is the number that the book prints, nil where it has none.
	Book *float64
	// Mean and SD are over N values that are finite; SD has the divisor N−1 and is
	// 0 for a single value. Mean is NaN if there is none.
	Mean, SD float64
	N        int
	// Why says in a sentence why ours differs from the book's; "" where it does not.
	Why string
}

// Measured is the result of repeated measurements. Values that are not finite are
// left out.
func Measured(what string, values []float64) Result {
	s := experiments.Summarize(values)
	r := Result{What: what, Mean: s.Mean, SD: s.SD, N: s.N}
	if s.N < 2 {
		r.SD = 0
	}
	return r
}

// Exact is a result that no seed changes.
func Exact(what string, value float64) Result { return Measured(what, []float64{value}) }

// Beside returns the result with the book's number.
func (r Result) Beside(book float64) Result {
	r.Book = &book
	return r
}

// Because returns the result with the reason why it differs from the book's.
func (r Result) Because(why string) Result {
	r.Why = why
	return r
}

// Agrees reports whether the book's number lies within three deviations of the
// mean, or within half a unit of the last of the given decimals; true where there
// is no such number.
func (r Result) Agrees(decimals int) bool {
	if r.Book == nil {
		return true
	}
	return math.Abs(*r.Book-r.Mean) <= max(3*r.SD, 0.5*math.Pow10(-decimals)*(1+1e-9))
}

// MarshalJSON writes {"what","book","mean","sd","n"}; numbers that do not exist or
// are not finite are null.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		What string   `json:"what"`
		Book *float64 `json:"book"`
		Mean *float64 `json:"mean"`
		SD   *float64 `json:"sd"`
		N    int      `json:"n"`
	}{r.What, r.Book, finite(r.Mean), finite(r.SD), r.N})
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
