package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
)

// Lines draws quantities over a common x axis: scores over a hyperparameter, means with their
// spread, schedules, functions. Logarithmic axes make it semilog or log-log.
type Lines struct {
	Title, X, Y string // title and axis labels
	Lines       []Line
	LogX, LogY  bool
	Marks       []Mark
	Size        Size
}

// Line is one quantity over X. Its first two lines have the colours [Train] and [Validation], so
// training belongs first.
type Line struct {
	Name string
	// X and Y are the points. A nil X means 1, 2, 3, …; a NaN in Y interrupts the line.
	X, Y []float64
	// Lower and Upper, if given, are the ends of a band around the line, such as mean ∓ sd.
	Lower, Upper []float64
	// Markers adds a dot at every point; DotsOnly leaves the line out.
	Markers, DotsOnly bool
}

// MeanLine is the mean of repeated measurements with a band of one standard deviation (divisor
// n − 1) to both sides: values[i] are the measurements at x[i]. NaN and infinite values are left
// out; a single value has no band.
func MeanLine(name string, x []float64, values [][]float64) Line {
	l := Line{Name: name, X: x, Markers: true}
	for _, vs := range values {
		m, sd := meanAndSD(Sample{Values: vs}.finite())
		l.Y = append(l.Y, m)
		l.Lower = append(l.Lower, m-sd)
		l.Upper = append(l.Upper, m+sd)
	}
	return l
}

// Save implements [Figure]. It also fails if the lengths within a line differ.
func (f Lines) Save(path string) error { return save(path, f) }

func (f Lines) sheet() (*sheet, error) {
	p := &panel{x: axis{label: f.X, log: f.LogX}, y: axis{label: f.Y, log: f.LogY}}
	for i, l := range f.Lines {
		if err := p.addLine(i, l); err != nil {
			return nil, err
		}
	}
	p.x.whole = wholeNumbers(f.Lines)
	p.addMarks(f.Marks)
	return single(f.Title, f.Size, p)
}

// wholeNumbers reports whether every x is a whole number, as epochs and counts are.
func wholeNumbers(lines []Line) bool {
	for _, l := range lines {
		for _, x := range l.X {
			if x != math.Trunc(x) {
				return false
			}
		}
	}
	return true
}

func (p *panel) addLine(i int, l Line) error {
	if l.X == nil {
		l.X = upTo(len(l.Y))
	}
	if err := sameLength(fmt.Sprintf("line %q", l.Name), len(l.X), l.Y, l.Lower, l.Upper); err != nil {
		return err
	}
	if (l.Lower == nil) != (l.Upper == nil) || l.Y == nil {
		return fmt.Errorf("plots: line %q: Y is needed, and Lower and Upper come together", l.Name)
	}
	look := nthPen(i)
	k := key{name: l.Name}
	for j, x := range l.X {
		if p.x.drawable(x) && p.y.drawable(l.Y[j]) {
			p.x.include(x)
			p.y.include(l.Y[j])
		}
	}
	if l.Lower != nil {
		p.y.include(l.Lower...)
		p.y.include(l.Upper...)
		p.add(func(a *area) { a.band(faded(look.color, 0.18), l.X, l.Lower, l.Upper) })
	}
	if !l.DotsOnly {
		k.line = look
		p.add(func(a *area) { a.line(look, l.X, l.Y) })
	}
	if l.Markers || l.DotsOnly {
		k.dot = look.color
		p.add(func(a *area) { a.dots(look.color, 2.2, l.X, l.Y) })
	}
	p.label(k)
	return nil
}

func upTo(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float64(i + 1)
	}
	return xs
}

// Functions draws y = f(x) for one or more functions.
type Functions struct {
	Title, X, Y string
	// From and To are the ends of the x axis; both zero means -5 to 5.
	From, To  float64
	Functions []Function
	Marks     []Mark
	Size      Size
}

// Function is a named function of one variable.
type Function struct {
	Name string
	F    func(x float64) float64
}

// Save implements [Figure]. It also fails unless From < To and every F is set.
func (f Functions) Save(path string) error { return save(path, f) }

func (f Functions) sheet() (*sheet, error) {
	if f.From == 0 && f.To == 0 {
		f.From, f.To = -5, 5
	}
	if !(f.From < f.To) {
		return nil, fmt.Errorf("plots: functions from %g to %g; From must be below To", f.From, f.To)
	}
	p := &panel{x: axis{label: f.X, tight: true}, y: axis{label: f.Y}}
	const steps = 600
	xs := make([]float64, steps+1)
	for i := range xs {
		xs[i] = f.From + (f.To-f.From)*float64(i)/steps
	}
	for i, g := range f.Functions {
		if g.F == nil {
			return nil, fmt.Errorf("plots: function %q has no F", g.Name)
		}
		ys := make([]float64, len(xs))
		for j, x := range xs {
			ys[j] = g.F(x)
		}
		look := nthPen(i)
		look.width = max(3-0.5*vg.Length(i), 1.2) // a line shows under those drawn over it
		p.label(key{name: g.Name, line: look})
		p.x.include(xs...)
		p.y.include(ys...)
		p.add(func(a *area) { a.line(look, xs, ys) })
	}
	p.addMarks(f.Marks)
	return single(f.Title, f.Size, p)
}
