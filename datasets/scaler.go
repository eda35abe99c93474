package datasets

import (
	"encoding/json"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Scaler is a learnt scaling of columns, made by the Fit methods of a [Scaling].
// For each column it computes
//
//	(x − Center)/Scale     Standardize, Robust, MaxAbs
//	x·Factor + Offset      MinMax
//	(ψ(x) − Center)/Scale  YeoJohnson, with the power λ of ψ
//
// where a list that is nil takes no part. NaN stays NaN. Several goroutines may
// use one Scaler at once. It is written to JSON and read back without loss.
//
// Its methods panic if the data does not have the scaler's number of columns;
// [Scaler.Check] asks before.
type Scaler struct {
	// Columns is the number of columns.
	Columns int `json:"columns"`
	// Names are the names of the columns, or nil.
	Names []string `json:"names,omitempty"`

	// Power is the λ of each column's transform, which comes before all else, if it is
	// not nil; see [YeoJohnson].
	Power []float64 `json:"power,omitempty"`
	// Least and Greatest are the limits of what InvertRow gives where the transform of
	// a column has a bound: above for a λ below 0, below for one above 2. They are there
	// if Power is.
	Least    []float64 `json:"least,omitempty"`
	Greatest []float64 `json:"greatest,omitempty"`
	// Center is taken away from each column, if it is not nil.
	Center []float64 `json:"center,omitempty"`
	// Scale divides each column then, if it is not nil. No entry is 0.
	Scale []float64 `json:"scale,omitempty"`
	// Factor multiplies each column, and Offset is added to it, if they are not
	// nil. No factor is 0.
	Factor []float64 `json:"factor,omitempty"`
	Offset []float64 `json:"offset,omitempty"`
	// Clip is the range that results are brought to, or nil.
	Clip []float64 `json:"clip,omitempty"`
}

// Apply returns d with the columns of X scaled. Targets and weights are shared
// with d.
func (s *Scaler) Apply(d *Dataset) *Dataset {
	out := *d
	out.X = s.ApplyMatrix(d.X)
	return &out
}

// Invert returns d with the columns of X as they were before Apply.
func (s *Scaler) Invert(d *Dataset) *Dataset {
	out := *d
	out.X = s.InvertMatrix(d.X)
	return &out
}

// ApplyTarget returns d with the columns of Y scaled, by a scaler that FitTarget
// made. Features and weights are shared with d.
func (s *Scaler) ApplyTarget(d *Dataset) *Dataset {
	out := *d
	out.Y = s.ApplyMatrix(d.Y)
	return &out
}

// InvertTarget returns d with the columns of Y as they were before ApplyTarget.
func (s *Scaler) InvertTarget(d *Dataset) *Dataset {
	out := *d
	out.Y = s.InvertMatrix(d.Y)
	return &out
}

// ApplyMatrix returns a scaled copy of m.
func (s *Scaler) ApplyMatrix(m *mat.Dense) *mat.Dense { return s.eachRow(m, s.ApplyRow) }

// InvertMatrix returns a copy of m, say of predictions, in the units before
// ApplyMatrix.
func (s *Scaler) InvertMatrix(m *mat.Dense) *mat.Dense { return s.eachRow(m, s.InvertRow) }

func (s *Scaler) eachRow(m *mat.Dense, f func(dst, row []float64)) *mat.Dense {
	if m.IsEmpty() {
		return &mat.Dense{}
	}
	rows, columns := m.Dims()
	out := mat.NewDense(rows, columns, nil)
	for i := range rows {
		f(out.RawRowView(i), m.RawRowView(i))
	}
	return out
}

// ApplyRow writes the scaled values of one row to dst, which may be row itself.
func (s *Scaler) ApplyRow(dst, row []float64) {
	s.mustFit(dst, row)
	for j, x := range row {
		if s.Power != nil {
			x = yeoJohnson(x, s.Power[j])
		}
		if s.Center != nil {
			x -= s.Center[j]
		}
		if s.Scale != nil {
			x /= s.Scale[j]
		}
		if s.Factor != nil {
			x = float64(x*s.Factor[j]) + s.Offset[j]
		}
		if s.Clip != nil {
			x = min(max(x, s.Clip[0]), s.Clip[1])
		}
		dst[j] = x
	}
}

// InvertRow writes the values of one row before ApplyRow to dst, which may be
// row itself. What was clipped stays at the end of the range, and what no value has a
// transform of becomes Least or Greatest.
func (s *Scaler) InvertRow(dst, row []float64) {
	s.mustFit(dst, row)
	for j, x := range row {
		if s.Factor != nil {
			x = (x - s.Offset[j]) / s.Factor[j]
		}
		if s.Scale != nil {
			x = float64(x * s.Scale[j])
		}
		if s.Center != nil {
			x += s.Center[j]
		}
		if s.Power != nil {
			x = s.invertPower(j, x)
		}
		dst[j] = x
	}
}

func (s *Scaler) mustFit(dst, row []float64) {
	if err := s.Check(len(row)); err != nil {
		panic(err)
	}
	if len(dst) != len(row) {
		panic(fmt.Sprintf("datasets: room for %d scaled values, want %d", len(dst), len(row)))
	}
}

// Check reports that the scaler cannot take rows of so many columns.
func (s *Scaler) Check(columns int) error {
	if columns != s.Columns {
		return fmt.Errorf("datasets: a scaler of %d columns cannot take rows of %d", s.Columns, columns)
	}
	return nil
}

// UnmarshalJSON reads a scaler, and refuses one whose lists differ in length or
// that no Fit could have made.
func (s *Scaler) UnmarshalJSON(b []byte) error {
	type plain Scaler
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	read := Scaler(p)
	if err := read.check(); err != nil {
		return err
	}
	*s = read
	return nil
}

func (s *Scaler) check() error {
	if s.Columns < 1 {
		return fmt.Errorf("datasets: a scaler of %d columns", s.Columns)
	}
	if s.Names != nil && len(s.Names) != s.Columns {
		return fmt.Errorf("datasets: a scaler of %d columns has %d names", s.Columns, len(s.Names))
	}
	for _, l := range s.lists() {
		if *l.values != nil && len(*l.values) != s.Columns {
			return fmt.Errorf("datasets: a scaler of %d columns has %d values of %s", s.Columns, len(*l.values), l.name)
		}
	}
	if (s.Factor == nil) != (s.Offset == nil) {
		return fmt.Errorf("datasets: a scaler has factors or offsets alone")
	}
	if (s.Power == nil) != (s.Least == nil) || (s.Power == nil) != (s.Greatest == nil) {
		return fmt.Errorf("datasets: a scaler has powers or their limits alone")
	}
	if s.Clip != nil && !(len(s.Clip) == 2 && s.Clip[0] < s.Clip[1]) {
		return fmt.Errorf("datasets: a scaler clips to %g, want two ascending numbers", s.Clip)
	}
	for j := range max(len(s.Center), len(s.Scale), len(s.Factor), len(s.Power)) {
		if err := s.checkColumn(j); err != nil {
			return fmt.Errorf("datasets: a scaler's column %s: %w", columnName(s.Names, j), err)
		}
	}
	return nil
}

// checkColumn reports a number of column j that would not give finite numbers
// back and forth.
func (s *Scaler) checkColumn(j int) error {
	for _, l := range s.lists() {
		if *l.values == nil {
			continue
		}
		if v := (*l.values)[j]; math.IsNaN(v) || math.IsInf(v, 0) || v == 0 && l.divides {
			return fmt.Errorf("its %s is %g", l.name, v)
		}
	}
	if s.Power != nil && !(s.Least[j] <= s.Greatest[j]) {
		return fmt.Errorf("its limits are %g and %g, want ascending ones", s.Least[j], s.Greatest[j])
	}
	return nil
}

// append adds what was learnt to the lists that are not nil.
func (s *Scaler) append(c column) {
	for i, v := range []float64{c.center, c.scale, c.factor, c.offset, c.power, c.least, c.greatest} {
		if l := s.lists()[i].values; *l != nil {
			*l = append(*l, v)
		}
	}
}

// scalerList is one of a scaler's lists.
type scalerList struct {
	name    string
	values  *[]float64
	divides bool // Apply or Invert divides by it
}

func (s *Scaler) lists() [7]scalerList {
	return [7]scalerList{
		{"center", &s.Center, false}, {"scale", &s.Scale, true},
		{"factor", &s.Factor, true}, {"offset", &s.Offset, false},
		{"power", &s.Power, false}, {"least", &s.Least, false}, {"greatest", &s.Greatest, false},
	}
}

// wanted returns an empty list to fill, or nil.
func wanted(yes bool) []float64 {
	if yes {
		return []float64{}
	}
	return nil
}
