package generalization

import "github.com/goodfit-ml/goodfit/studies"

// activityPenalties are the studies of chapter 14.
func activityPenalties() []studies.Study { return nil }
