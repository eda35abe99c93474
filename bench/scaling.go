package main

import (
	"fmt"
	"runtime"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
)

// shape is a net and a batch whose training step is timed.
type shape struct{ inputs, width, depth, rows int }

// base is what the sweeps start from: 64 inputs, two layers of 64 units, 64 rows.
var base = shape{inputs: 64, width: 64, depth: 2, rows: 64}

// sweeps vary one number each.
var sweeps = []struct {
	title, x string
	values   []int
	set      func(*shape, int)
}{
	{"Width", "units per layer", []int{8, 16, 32, 64, 128, 256, 512, 1024}, func(s *shape, v int) { s.width = v }},
	{"Depth", "hidden layers", []int{1, 2, 4, 8, 16, 32}, func(s *shape, v int) { s.depth = v }},
	{"Rows in a batch", "rows", []int{1, 4, 16, 64, 256, 1024, 4096}, func(s *shape, v int) { s.rows = v }},
	{"Columns", "inputs", []int{2, 8, 32, 128, 512, 2048}, func(s *shape, v int) { s.inputs = v }},
}

// scaling times training steps over the sweeps with one thread and with all, and
// draws them.
func scaling(r *runner, path string) error {
	grid := plots.Grid{Title: "Microseconds per training step", Columns: 2}
	for _, sweep := range sweeps {
		lines := plots.Lines{Title: sweep.title, X: sweep.x, Y: "µs", LogX: true, LogY: true}
		for _, threads := range []int{1, r.threads} {
			line := plots.Line{Name: plural(threads), Markers: true}
			runtime.GOMAXPROCS(threads)
			for _, v := range sweep.values {
				s := base
				sweep.set(&s, v)
				us, err := r.timeShape(s)
				if err != nil {
					return err
				}
				r.print(point(sweep.x, v, threads), []float64{us})
				line.X, line.Y = append(line.X, float64(v)), append(line.Y, us)
			}
			lines.Lines = append(lines.Lines, line)
			if r.threads == 1 {
				break
			}
		}
		grid.Figures = append(grid.Figures, lines)
	}
	return grid.Save(path)
}

// point names a point of a sweep.
func point(x string, v, threads int) line {
	return line{W: fmt.Sprintf("scaling %s=%d", x, v), Unit: "us/step", Threads: threads}
}

// timeShape returns the microseconds of a training step.
func (r *runner) timeShape(s shape) (float64, error) {
	widths := make([]int, s.depth)
	for i := range widths {
		widths[i] = s.width
	}
	m, err := compile(s.inputs, mlp(nn.Dense{Units: 10, Activation: act.Softmax}, widths...), losses.CrossEntropy{}, adam, 1)
	if err != nil {
		return 0, err
	}
	data := noise(s.rows, s.inputs, 10, 1)
	b := datasets.Batch{}
	b.Inputs = append(b.Inputs, data.Inputs[0].Tensor)
	b.Targets = append(b.Targets, data.Targets[0].Tensor)
	all, _, err := r.perCall(0.05, func() error {
		_, err := m.TrainBatch(b)
		return err
	})
	if err != nil {
		return 0, err
	}
	return median(all) * 1e6, nil
}

func plural(threads int) string {
	if threads == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", threads)
}
