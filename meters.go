package goodfit

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
)

// meterSet counts the metrics at all outputs.
type meterSet struct {
	heads []headMeters
}

// headMeters counts the metrics at one output.
type headMeters struct {
	prefix  string // "name_" where there are several outputs
	metrics []metrics.Metric
	meters  []metrics.Meter
	loss    float64 // of this output alone, summed over items
	items   float64
}

// newMeters makes the meters for the outputs' losses and targets.
func (m *Model) newMeters(heads []plan.Head) (set meterSet, err error) {
	for _, h := range heads {
		name := m.nodes[h.Node].name
		o := m.config.output(name)
		_, signed := o.Loss.(losses.Signed)
		hm := headMeters{metrics: o.Metrics}
		if len(heads) > 1 {
			hm.prefix = name + "_"
		}
		for _, metric := range o.Metrics {
			meter, err := metric.Meter(metrics.Spec{Outputs: m.net.Nodes[h.Node].Out.Last(), Targets: h.TargetSize, Signed: signed})
			if err != nil {
				return meterSet{}, fmt.Errorf("metric %s at %q: %w", metric.Name(), name, err)
			}
			hm.meters = append(hm.meters, meter)
		}
		set.heads = append(set.heads, hm)
	}
	return set, nil
}

// series lists what values writes, in that order.
func (s *meterSet) series(prefix string) []curves.Series {
	list := []curves.Series{{Name: prefix + "loss", Direction: curves.Minimize}}
	for _, h := range s.heads {
		if h.prefix != "" {
			list = append(list, curves.Series{Name: prefix + h.prefix + "loss", Direction: curves.Minimize})
		}
		for _, metric := range h.metrics {
			list = append(list, curves.Series{Name: prefix + h.prefix + metric.Name(), Direction: metric.Direction()})
		}
	}
	return list
}

func (s *meterSet) reset() {
	for k := range s.heads {
		h := &s.heads[k]
		h.loss, h.items = 0, 0
		for _, meter := range h.meters {
			meter.Reset()
		}
	}
}

// add counts a batch after the plan's losses were computed.
func (s *meterSet) add(p *plan.Plan, b datasets.Batch) {
	for k := range s.heads {
		h := &s.heads[k]
		if h.prefix != "" {
			sum, items := p.HeadLoss(k)
			h.loss += sum
			h.items += float64(items)
		}
		if len(h.meters) == 0 {
			continue
		}
		pred, weights := p.HeadOutput(k)
		for _, meter := range h.meters {
			meter.Add(pred, b.Targets[k].Data(), weights)
		}
	}
}

// values writes the loss and the metrics to dst and returns how many these are.
func (s *meterSet) values(dst []float64, loss float64) int {
	dst[0] = loss
	n := 1
	for k := range s.heads {
		h := &s.heads[k]
		if h.prefix != "" {
			dst[n] = h.loss / h.items
			n++
		}
		for _, meter := range h.meters {
			dst[n] = meter.Value()
			n++
		}
	}
	return n
}

// missing writes NaN where values would write.
func (s *meterSet) missing(dst []float64) int {
	n := len(s.series(""))
	for i := range dst[:n] {
		dst[i] = math.NaN()
	}
	return n
}

// scores returns loss and metrics.
func (s *meterSet) scores(loss float64) Scores {
	series := s.series("")
	values := make([]float64, len(series))
	s.values(values, loss)
	out := Scores{Loss: loss}
	for i, v := range values[1:] {
		out.Metrics = append(out.Metrics, metrics.Score{Name: series[i+1].Name, Direction: series[i+1].Direction, Value: v})
	}
	return out
}
