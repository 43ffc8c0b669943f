"""The peer of :mod:`benchmarks.screens_page`: the same map by streamlit-folium, its folium map kept on the server."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.screens_maps import county, province

areas, cases = int(st.query_params["areas"]), int(st.query_params["cases"])


@st.cache_resource
def built(areas: int, cases: int) -> folium.Map:
    document = (province(areas, cases) if areas else county(cases)).document
    shown = folium.Map(tiles=None, prefer_canvas=True)
    shapes, (dots,) = (layer["things"] for layer in document["layers"])
    for thing in shapes:
        style = thing["style"]
        folium.GeoJson(thing["geometry"], style_function=lambda _, s=style: s, tooltip=thing["told"][0]).add_to(shown)
    for lat, lon, radius, text in dots["rows"]:
        style = {"color": "#ffffff", "weight": 0.6, "fill_color": "#d55e00", "fill_opacity": 0.75}
        folium.CircleMarker((lat, lon), radius, tooltip=dots["texts"][text][0], **style).add_to(shown)
    shown.fit_bounds(document["bounds"])
    return shown


built(areas, cases)
if st.button("show") or st.session_state.get("on"):
    st.session_state["on"] = True
    st_folium(built(areas, cases), height=620, use_container_width=True, returned_objects=["last_object_clicked"])
    st.button("again")
