package losses_test

import (
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/losses"
)

func BenchmarkEval(b *testing.B) {
	for _, name := range losses.Names() {
		l, err := losses.Unmarshal(fmt.Appendf(nil, `{"type":%q}`, name))
		if err != nil {
			b.Fatal(err)
		}
		const rows, size = 128, 2
		a := &losses.Args{Rows: rows, Size: size, TargetSize: size, Pred: make([]float32, rows*size), Target: make([]float32, rows*size),
			Loss: make([]float32, rows), Grad: make([]float32, rows*size), Uniform: 1. / rows}
		for i := range a.Pred {
			a.Pred[i], a.Target[i] = float32(i%17+1)/20, float32(i%2)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.Eval(a)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*size), "ns/prediction")
		})
	}
}
