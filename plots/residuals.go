package plots

import (
	"errors"
	"fmt"
)

// Predictions draws predicted over actual values of a regression; on the dashed line they are
// equal. Both axes have the same range.
type Predictions struct {
	Title string
	// Target names the predicted quantity, with its unit.
	Target string
	Parts  []Part
	Size   Size
}

// Part is a part of the data, such as "test", with actual and predicted values row by row.
type Part struct {
	Name              string
	Actual, Predicted []float64
}

// Save implements [Figure]. It also fails if the lengths within a part differ.
func (f Predictions) Save(path string) error { return save(path, f) }

func (f Predictions) sheet() (*sheet, error) {
	p := &panel{aspect: 1}
	p.x = axis{label: joined("actual", f.Target)}
	p.y = axis{label: joined("predicted", f.Target)}
	p.add(func(a *area) {
		a.line(markPen, []float64{a.x.lo, a.x.hi}, []float64{a.x.lo, a.x.hi})
	})
	err := p.addParts(f.Parts, func(_, predicted float64) float64 { return predicted },
		func(actual, _ float64) float64 { return actual })
	if err != nil {
		return nil, err
	}
	p.label(key{name: "predicted = actual", line: markPen})
	p.x.join(&p.y)
	p.y.join(&p.x)
	return single(f.Title, f.Size, p)
}

// Residuals draws actual − predicted over predicted values of a regression. Points spread evenly
// around the dashed line at 0 show errors without a pattern.
type Residuals struct {
	Title string
	// Target names the predicted quantity, with its unit.
	Target string
	Parts  []Part
	Size   Size
}

// Save implements [Figure]. It also fails if the lengths within a part differ.
func (f Residuals) Save(path string) error { return save(path, f) }

func (f Residuals) sheet() (*sheet, error) {
	p := &panel{}
	p.x = axis{label: joined("predicted", f.Target)}
	p.y = axis{label: "actual − predicted"}
	p.add(func(a *area) { a.line(markPen, []float64{a.x.lo, a.x.hi}, []float64{0, 0}) })
	err := p.addParts(f.Parts, func(actual, predicted float64) float64 { return actual - predicted },
		func(_, predicted float64) float64 { return predicted })
	if err != nil {
		return nil, err
	}
	if p.y.seen {
		p.y.include(0)
	}
	return single(f.Title, f.Size, p)
}

func joined(kind, target string) string {
	if target == "" {
		return kind
	}
	return kind + " " + target
}

// addParts draws y over x of every part in its colour.
func (p *panel) addParts(parts []Part, y, x func(actual, predicted float64) float64) error {
	if len(parts) == 0 {
		return errors.New("plots: the figure has no parts")
	}
	for i, part := range parts {
		if len(part.Actual) != len(part.Predicted) {
			return fmt.Errorf("plots: part %q has %d actual and %d predicted values", part.Name, len(part.Actual), len(part.Predicted))
		}
		xs, ys := make([]float64, len(part.Actual)), make([]float64, len(part.Actual))
		for j, actual := range part.Actual {
			xs[j], ys[j] = x(actual, part.Predicted[j]), y(actual, part.Predicted[j])
			if p.x.drawable(xs[j]) && p.y.drawable(ys[j]) {
				p.x.include(xs[j])
				p.y.include(ys[j])
			}
		}
		radius := dotRadius(len(xs))
		p.add(func(a *area) { a.dots(faded(nthColor(i), 0.75), radius, xs, ys) })
		if len(parts) > 1 {
			p.label(key{name: part.Name, dot: nthColor(i)})
		}
	}
	return nil
}
