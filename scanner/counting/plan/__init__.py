"""What is to be counted when: classes, intervals, tolerances."""
