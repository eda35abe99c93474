package generalization

import "github.com/goodfit-ml/goodfit/studies"

// dropouts are the studies of chapter 16.
func dropouts() []studies.Study { return nil }
