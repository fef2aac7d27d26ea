package activity

func (c *cleaner) noise() {}
