package curves

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// DiagnoseRuns diagnoses repeated runs of one configuration: the findings that half of the runs or
// more share, and [HighVariance] if the runs end at widely different levels or some of them diverge.
// A single run is diagnosed as by [Diagnose].
//
// The spread is the sample standard deviation of the final levels of the validation series (of the
// training series where there is none), shrunk by √((n-1)/(n+1)) because it is uncertain for few
// runs. It counts if it is more than a twentieth of the median run's progress and more than twice
// what the noise within the runs explains.
func DiagnoseRuns(runs []*History, opts ...Options) Diagnosis {
	if len(runs) == 1 {
		return Diagnose(runs[0], opts...)
	}
	var all []Diagnosis
	var ends []ending
	for _, h := range runs {
		d := Diagnose(h, opts...)
		all = append(all, d)
		if e, ok := endOf(h, d, opts); ok {
			ends = append(ends, e)
		}
	}
	d := Diagnosis{Verdict: Undetermined, Findings: shared(all)}
	for i := range all {
		if len(all[i].Series) > len(d.Series) {
			d.Series = all[i].Series
		}
	}
	if f, ok := spreadOf(ends, diverging(all)); ok {
		at := slices.IndexFunc(d.Findings, func(f Finding) bool { return !comesBeforeVariance(f.Code) })
		if at < 0 {
			at = len(d.Findings)
		}
		d.Findings = slices.DeleteFunc(slices.Insert(d.Findings, at, f), func(f Finding) bool { return f.Code == GoodFit })
	}
	if len(d.Findings) > 0 {
		d.Verdict = d.Findings[0].Code
	} else {
		d.Note = fmt.Sprintf("no verdict is shared by half of the %d runs", len(runs))
	}
	return d
}

// comesBeforeVariance reports whether a problem is to be dealt with before the spread of runs: one
// of learning or of generalization.
func comesBeforeVariance(code string) bool {
	switch code {
	case GoodFit, EasyValidation, HighVariance, UnrepresentativeValidation:
		return false
	}
	return true
}

// diverging counts the diverged runs.
func diverging(all []Diagnosis) int {
	n := 0
	for _, d := range all {
		if d.Verdict == Diverged {
			n++
		}
	}
	return n
}

// shared returns the findings that at least half of the diagnoses have, the most frequent verdict
// first, each with the evidence of the run of middle confidence.
func shared(all []Diagnosis) []Finding {
	with := make(map[string][]Finding)
	verdicts := make(map[string]int)
	var codes []string
	for _, d := range all {
		verdicts[d.Verdict]++
		for _, f := range d.Findings {
			if with[f.Code] == nil {
				codes = append(codes, f.Code)
			}
			with[f.Code] = append(with[f.Code], f)
		}
	}
	slices.SortStableFunc(codes, func(a, b string) int {
		if verdicts[a] != verdicts[b] {
			return verdicts[b] - verdicts[a]
		}
		return len(with[b]) - len(with[a])
	})
	found := []Finding{}
	for _, code := range codes {
		fs := with[code]
		if 2*len(fs) < len(all) {
			continue
		}
		slices.SortStableFunc(fs, func(a, b Finding) int { return cmp.Compare(a.Confidence, b.Confidence) })
		f := fs[len(fs)/2]
		f.Evidence.Sentence += fmt.Sprintf(" So, or nearly so, in %d of %d runs.", len(fs), len(all))
		f.Evidence.Numbers = append(slices.Clone(f.Evidence.Numbers),
			Number{"runs_with", float64(len(fs))}, Number{"runs", float64(len(all))})
		found = append(found, f)
	}
	return found
}

// ending is where a run ended.
type ending struct {
	name         string
	level, shown float64 // turned, and in the sense of the series
	noise, scale float64 // standard error of level; progress of the run
}

// endOf returns where a run that did not diverge ended.
func endOf(h *History, d Diagnosis, opts []Options) (ending, bool) {
	if d.Verdict == Diverged || d.Verdict == Undetermined && len(d.Series) == 0 {
		return ending{}, false
	}
	var o Options
	if len(opts) > 0 {
		o = opts[len(opts)-1]
	}
	s, why := newSubject(h, o)
	if why != "" || len(s.train.y) < minEpochs {
		return ending{}, false
	}
	s.measure()
	e := ending{name: s.name, level: s.end, shown: s.shown(s.end), noise: s.trainSwing, scale: s.scale}
	count := len(s.train.tail(0.1))
	if len(s.val.y) > 0 && s.comparable {
		e.name, e.level, e.shown, e.noise = s.valName, s.valEnd, s.shownVal(s.valEnd), s.valSwing
		count = len(s.val.tail(0.1))
	}
	e.noise /= math.Sqrt(float64(count))
	return e, true
}

// spreadOf tells final levels that differ widely.
func spreadOf(ends []ending, diverged int) (Finding, bool) {
	if len(ends) < 2 {
		return Finding{}, false
	}
	var levels, shown, noises, scales []float64
	for _, e := range ends {
		levels, shown = append(levels, e.level), append(shown, e.shown)
		noises, scales = append(noises, e.noise), append(scales, e.scale)
	}
	n := float64(len(ends))
	sd := deviation(levels)
	sure := sd * math.Sqrt((n-1)/(n+1))
	margin := smallest(sure/(swingWide*median(scales)), sure/(2*median(noises)))
	if diverged > 0 {
		margin = max(margin, 1+float64(diverged)/n)
	}
	sentence := fmt.Sprintf("Over %d runs %q ended between %.4g and %.4g, with a standard deviation of %.3g around %.4g",
		len(ends), ends[0].name, slices.Min(shown), slices.Max(shown), sd, mean(shown))
	if diverged > 0 {
		sentence += fmt.Sprintf("; %d more diverged", diverged)
	}
	return Finding{
		Code: HighVariance, Severity: Medium, Confidence: confidence(margin), Advice: slices.Clone(advice[HighVariance]),
		Evidence: Evidence{sentence + ".", []Number{
			{"runs", n}, {"diverged", float64(diverged)}, {"mean", mean(shown)}, {"deviation", sd},
			{"low", slices.Min(shown)}, {"high", slices.Max(shown)}, {"within_run_noise", median(noises)},
			{"progress", median(scales)},
		}},
	}, margin >= 1
}
