package curves

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// Generalization says how well what was learned holds for rows that were not trained on, and which
// epoch's weights to keep. Amounts are in the units of the series; epochs count from 0.
type Generalization struct {
	// Gap is validation less training over the last quarter of the run, positive where validation is
	// worse, and GapError its standard error. GapShare is its share of what both curves fell by.
	Gap, GapError, GapShare float64
	// Opened is the epoch from which the gap stays above half its size at the end; −1 where it never
	// does, or is less than two standard errors.
	Opened int
	// Best is the epoch at which the smoothed validation curve is best, and BestValue its level there.
	// Noise does not tell the epochs from BestFrom to BestTo from it.
	Best, BestFrom, BestTo int
	BestValue              float64
	// Lost is how much worse validation is at the end than at its best, less what the lowest of so many
	// epochs is low by chance, and at least 0. LostError is its standard error.
	Lost, LostError float64
	// Certainty is the probability, for normal noise, that the best epoch is better than the end of
	// the run, Φ(Lost/LostError): 0.5 where the noise of the curve hides which is.
	Certainty float64
	// Patience is the longest wait for a better value up to Best: early stopping on the plain curve
	// with more patience than that would have come as far.
	Patience int
	// Advice lists techniques in the order in which to try them; empty where nothing is wrong.
	Advice []string
}

// certain is the certainty from which a loss since the best epoch is taken for real.
const certain = 0.95

// generalization measures the gap and the best epoch; nil without a validation curve of the same
// quantity.
func (s *subject) generalization() *Generalization {
	if len(s.val.y) == 0 || !s.comparable {
		return nil
	}
	t := s.turn
	g := &Generalization{
		Gap: s.gap, GapError: s.gapErr, GapShare: s.gap / s.scale, Opened: -1,
		Best: s.val.epochs[t.index], BestFrom: s.val.epochs[t.span[0]], BestTo: s.val.epochs[t.span[1]],
		BestValue: s.shownVal(t.low), Lost: max(t.rise-t.luck, 0), LostError: t.err, Certainty: 0.5,
		Patience: s.val.longestWait(t.index),
	}
	if !math.IsNaN(s.opened) && s.gap > 2*s.gapErr {
		g.Opened = int(s.opened)
	}
	if g.Lost > 0 {
		g.Certainty = normalCDF(g.Lost / t.err)
	}
	g.Advice = s.generalizationAdvice(g)
	return g
}

// generalizationAdvice orders what the techniques against overfitting or a gap are, the epoch to
// keep first.
func (s *subject) generalizationAdvice(g *Generalization) []string {
	rises := g.Certainty >= certain && g.Lost > riseMaterial*s.scale
	switch {
	case rises:
		stop := fmt.Sprintf("stop early: epoch %d is the one to keep, a patience above %d epochs reaches it", g.Best, g.Patience)
		return append([]string{stop}, advice[Overfit][1:]...)
	case g.GapShare > gapLarge && g.Gap > 4*g.GapError:
		return slices.Clone(advice[UnrepresentativeTrain])
	}
	return nil
}

// longestWait returns the largest number of epochs that passed, up to the value at index best,
// without a new lowest value.
func (c curve) longestWait(best int) int {
	lowest, since, longest := math.Inf(1), 0, 0
	for i := 0; i <= best; i++ {
		if c.y[i] < lowest {
			lowest, since = c.y[i], c.epochs[i]
		}
		longest = max(longest, c.epochs[i]-since)
	}
	return longest
}

// write prints the section in two or three lines.
func (g *Generalization) write(b io.Writer) {
	io.WriteString(b, "generalization\n  ")
	wrap(b, 2, g.Sentence())
}

// Sentence says in words what was measured.
func (g *Generalization) Sentence() string {
	text := fmt.Sprintf("The gap is %.3g ± %.2g", g.Gap, g.GapError)
	if g.Opened >= 0 {
		text += fmt.Sprintf(", open since epoch %d", g.Opened)
	}
	text += fmt.Sprintf(". Validation was best at epoch %d (%.4g)", g.Best, g.BestValue)
	if g.BestFrom != g.BestTo {
		text += fmt.Sprintf("; its noise does not tell epochs %d to %d apart", g.BestFrom, g.BestTo)
	}
	if g.Lost == 0 {
		return text + "; nothing was lost since."
	}
	return text + fmt.Sprintf("; %.3g ± %.2g was lost since, which is real with probability %.2f.", g.Lost, g.LostError, g.Certainty)
}

// Numbers returns the measurements, named, in the order in which they are written; an epoch that
// there is not is NaN.
func (g *Generalization) Numbers() []Number {
	return []Number{
		{"gap", g.Gap}, {"gap_error", g.GapError}, {"gap_share", g.GapShare}, {"gap_opened_epoch", epochOrNaN(g.Opened)},
		{"best_epoch", float64(g.Best)}, {"best_epoch_from", float64(g.BestFrom)}, {"best_epoch_to", float64(g.BestTo)},
		{"best", g.BestValue}, {"lost", g.Lost}, {"lost_error", g.LostError}, {"certainty", g.Certainty},
		{"patience", float64(g.Patience)},
	}
}

func epochOrNaN(epoch int) float64 {
	if epoch < 0 {
		return math.NaN()
	}
	return float64(epoch)
}
