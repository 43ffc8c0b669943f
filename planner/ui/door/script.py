"""What Streamlit runs for every session. Not beside the folder `pages`, which it would list by itself."""

from planner.ui.door.turns import TURNS
from planner.ui.shell import main

with TURNS.turn():
    main()
