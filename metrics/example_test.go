package metrics_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/metrics"
)

// A metric is a plain value; the meter made from it counts over batches.
func Example() {
	m, err := metrics.Accuracy{}.Meter(metrics.Spec{Outputs: 3, Targets: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	m.Add([]float32{0.7, 0.2, 0.1, 0.3, 0.3, 0.4}, []float32{0, 1}, nil)
	m.Add([]float32{0.1, 0.8, 0.1}, []float32{1}, nil)
	fmt.Printf("%.3f\n", m.Value())
	// Output: 0.667
}

// Two yes-or-no questions to each item: a threshold says that outputs are not
// classes that exclude each other.
func ExamplePrecision() {
	pred, target := []float32{0.9, 0.8, 0.2, 0.7}, []float32{1, 1, 0, 0}
	for _, average := range []metrics.Average{metrics.Macro, metrics.Micro} {
		p := metrics.Precision{Threshold: 0.5, Average: average}
		m, err := p.Meter(metrics.Spec{Outputs: 2, Targets: 2})
		if err != nil {
			fmt.Println(err)
			return
		}
		m.Add(pred, target, nil)
		fmt.Println(metrics.Score{Name: p.Name(), Value: m.Value()})
	}
	// Output:
	// precision: 0.7500
	// micro_precision: 0.6667
}

func ExampleNewConfusion() {
	pred := mat.NewDense(5, 3, []float64{
		0.8, 0.1, 0.1,
		0.1, 0.6, 0.3,
		0.2, 0.3, 0.5,
		0.1, 0.2, 0.7,
		0.6, 0.2, 0.2,
	})
	actual := mat.NewDense(5, 1, []float64{0, 1, 1, 2, 0})
	c, err := metrics.NewConfusion(pred, actual, 0.5, []string{"ant", "bee", "wasp"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c)
	fmt.Printf("accuracy %.2f\n", c.Accuracy())
	for _, s := range c.PerClass() {
		fmt.Printf("%-4s precision %.2f, recall %.2f, f1 %.2f, support %d\n", s.Class, s.Precision, s.Recall, s.F1, s.Support)
	}
	// Output:
	//           ant    bee   wasp
	// ant         2      0      0
	// bee         0      1      1
	// wasp        0      0      1
	// accuracy 0.80
	// ant  precision 1.00, recall 1.00, f1 1.00, support 2
	// bee  precision 1.00, recall 0.50, f1 0.67, support 2
	// wasp precision 0.50, recall 1.00, f1 0.67, support 1
}
