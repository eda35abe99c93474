// Bench runs the side-by-side workloads and prints a JSON line for each result,
// in the form of the peers' programs:
//
//	go run ./bench -w W1,W5 -threads 2 -n 5
//
// README.md in this folder says what each workload is and what was measured.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// line is one result.
type line struct {
	Peer      string  `json:"peer"`
	Threads   int     `json:"threads"`
	W         string  `json:"w"`
	Unit      string  `json:"unit"`
	Median    float64 `json:"median"`
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	N         int     `json:"n"`
	USPerStep float64 `json:"us_per_step,omitzero"`
	Epochs    int     `json:"epochs,omitzero"`
	Steps     int     `json:"steps,omitzero"`
	GFLOPS    float64 `json:"gflops,omitzero"`
	Loss      float64 `json:"loss,omitzero"`
	Level     string  `json:"level"`
	Version   string  `json:"version"`
}

// runner has what the flags say.
type runner struct {
	repeats, threads int
	want             []string
}

// workloads run in this order.
var workloads = []struct {
	name string
	run  func(*runner) error
}{
	{"W1", w1}, {"W2", w2}, {"W3", w3}, {"W4", w4}, {"W5", w5}, {"W6", w6}, {"W7", w7}, {"W8", w8}, {"W9", w9}, {"W10", w10}, {"W11", w11},
}

func main() {
	want := flag.String("w", "", "workloads, as W1,W5; default all")
	threads := flag.Int("threads", runtime.NumCPU(), "threads")
	repeats := flag.Int("n", 5, "counted repeats of each")
	figure := flag.String("scaling", "", "draw the time of a step against width, depth, rows and columns into this file, and run no workload")
	flag.Parse()
	r := &runner{repeats: max(*repeats, 1), threads: *threads}
	if *want != "" {
		r.want = strings.Split(*want, ",")
	}
	runtime.GOMAXPROCS(*threads)
	if *figure != "" {
		if err := scaling(r, *figure); err != nil {
			log.Fatal(err)
		}
		return
	}
	for _, w := range workloads {
		if r.want != nil && !slices.Contains(r.want, w.name) {
			continue
		}
		if err := w.run(r); err != nil {
			log.Fatal(w.name, ": ", err)
		}
	}
}

// print writes one result.
func (r *runner) print(l line, values []float64) {
	slices.Sort(values)
	if l.Threads == 0 {
		l.Threads = r.threads
	}
	l.Peer, l.Level, l.Version = "goodfit", kernel.Active().String(), goodfit.Version
	l.Median, l.Min, l.Max, l.N = values[len(values)/2], values[0], values[len(values)-1], len(values)
	if err := json.NewEncoder(os.Stdout).Encode(l); err != nil {
		log.Fatal(err)
	}
}

// seconds times f.
func seconds(f func() error) (float64, error) {
	start := time.Now()
	err := f()
	return time.Since(start).Seconds(), err
}

// perCall repeats f for about the given time, after a few calls that do not
// count, and returns the seconds per call, once for each of the repeats.
func (r *runner) perCall(budget float64, f func() error) ([]float64, int, error) {
	for range 3 {
		if err := f(); err != nil {
			return nil, 0, err
		}
	}
	once, err := seconds(f)
	if err != nil {
		return nil, 0, err
	}
	n := max(int(budget/once), 1)
	var all []float64
	for range r.repeats {
		s, err := seconds(func() error {
			for range n {
				if err := f(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
		all = append(all, s/float64(n))
	}
	return all, n, nil
}

// scaled multiplies all values.
func scaled(values []float64, by float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v * by
	}
	return out
}

func round(x float64, digits int) float64 {
	var y float64
	fmt.Sscanf(fmt.Sprintf("%.*f", digits, x), "%g", &y)
	return y
}
