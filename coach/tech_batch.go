package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
)

var batchSize = Technique{
	Name: "batch-size", Title: "Another batch size", Area: Learning, Chapter: 3,
	Guidance: "Small batches learn fast and noisily, large ones slower and steadily; the size is to be tuned, together with the rate.",
	Propose: func(s *Situation) (string, []Change) {
		now := s.Recipe.Train.Plan.BatchSize
		if now == 0 {
			now = datasets.DefaultBatchSize
		}
		if now < 0 || now > s.Data.Rows {
			now = s.Data.Rows
		}
		sizes := []int{now * 4, now / 4}
		why := fmt.Sprintf("an update sees %d rows; fewer make it noisier and more frequent, more make it steadier", now)
		if s.found(curves.UnderfitFlat, curves.UnderfitUnfinished) {
			sizes = []int{now / 4, now * 4}
		}
		var changes []Change
		for _, size := range sizes {
			if size < 4 || size > max(s.Data.Rows/2, 4) {
				continue
			}
			r := own(s.Recipe)
			r.Train.Plan.BatchSize = size
			changes = append(changes, Change{fmt.Sprintf("batches of %d rows in place of %d", size, now), r})
		}
		return why, changes
	},
}
