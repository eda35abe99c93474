package report_test

import (
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/report"
)

// coachRun is a coach's report on the iris training.
func coachRun() report.Coach {
	return report.Coach{
		Fit: irisFit(), Summary: "Two techniques were tried.\n\nOne was kept.", Metric: "log_loss", Direction: curves.Minimize,
		Start: 0.31, Final: 0.21, Low: 0.1, High: 0.4,
		Scores:       []report.StartScore{{Name: "accuracy", Direction: curves.Maximize, Start: 0.9, Final: 0.95}},
		Confirmation: report.Interval{Quantity: "log_loss", Estimate: -0.1, Low: -0.2, High: -0.01, Level: 0.6, Better: curves.Minimize},
		Diagnosis:    curves.Diagnose(history(200, 0.12)),
		Steps: []report.Card{
			{Title: "Weight decay", Why: "overfit", Guidance: "works on most models", What: "L2 0.001", Kept: true, Decision: "kept",
				Variants:   []report.Fact{{Name: "L2 0.001", Value: "0.21"}, {Name: evil, Value: "abandoned"}},
				Difference: report.Interval{Quantity: "log_loss", Estimate: -0.1, Low: -0.2, High: -0.01, Level: 0.6, Better: curves.Minimize}},
			{Title: "Dropout", Why: "overfit", What: "0.5", Decision: "dropped"},
		},
		Recipe: `{"Train": "<script>"}`, Command: "goodfit fit --recipe recipe.json",
	}
}

func TestCoachReport(t *testing.T) {
	page := written(t, coachRun().Report())
	for _, want := range []string{
		"What came of it", "Two techniques were tried.", "One was kept.", "The steps", "Weight decay", "works on most models", "<li>L2 0.001: 0.21</li>",
		"better by all odds", "techniques tried", "Diagnosis to begin with", "Confirmation on other folds", "goodfit fit --recipe recipe.json",
		"On rows that it has not seen, log_loss is 0.2100 (0.95 interval 0.1000 to 0.4000); the recipe to begin with has 0.3100.",
		"Importance of the columns", "{&#34;Train&#34;: &#34;&lt;script&gt;&#34;}",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, evil) {
		t.Error("text got into the page as it is")
	}
	if at := strings.Index(page, "What came of it"); at > strings.Index(page, "The steps") {
		t.Error("the steps stand before what came of them")
	}
}

// Without steps, a recipe or a confirmation these parts are left out.
func TestCoachReportOfNothing(t *testing.T) {
	c := coachRun()
	c.Steps, c.Recipe, c.Confirmation, c.Diagnosis = nil, "", report.Interval{}, curves.Diagnosis{}
	page := written(t, c.Report())
	for _, unwanted := range []string{"The steps", "recipe.json", "Confirmation", "Diagnosis to begin with"} {
		if strings.Contains(page, unwanted) {
			t.Errorf("the page has %q", unwanted)
		}
	}
}
