"""What each element does, by position (start, catch, throw, boundary, end, activity, gateway) and trigger."""
