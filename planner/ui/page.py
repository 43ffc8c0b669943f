from planner.ui.shell import main

main()
