"""What others wrote that measures and models rest on: a measure's source cites it by `cited_as`.

A measure whose source cites none is our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    cited_as: str  # in a measure's source
    key: str  # of the BibTeX entry
    kind: str  # of the BibTeX entry
    fields: tuple[tuple[str, str], ...]

    @property
    def where(self) -> str:
        """Its address, or the whole reference of what has none."""
        told = dict(self.fields)
        if "doi" in told:
            return f"https://doi.org/{told['doi']}"
        if "url" in told:
            return told["url"]
        published = ("booktitle", "institution", "number", "pages", "year")
        return ", ".join([told["title"], *(told[name] for name in published if name in told)])


def _reference(cited_as: str, key: str, kind: str, **fields: str) -> Reference:
    return Reference(cited_as, key, kind, tuple(fields.items()))


def _preprint(
    cited_as: str, key: str, author: str, title: str, year: str, number: str
) -> Reference:
    return _reference(
        cited_as,
        key,
        "misc",
        author=author,
        title=title,
        year=year,
        howpublished=f"arXiv:{number}",
        url=f"https://arxiv.org/abs/{number}",
    )


MODELS = (
    _preprint(
        "Lugaresi et al. 2019",
        "lugaresi2019mediapipe",
        "Lugaresi, Camillo and Tang, Jiuqiang and Nash, Hadon and McClanahan, Chris and Uboweja, "
        "Esha and Hays, Michael and Zhang, Fan and Chang, Chuo-Ling and Yong, Ming Guang and Lee, "
        "Juhyun and Chang, Wan-Teh and Hua, Wei and Georg, Manfred and Grundmann, Matthias",
        "{MediaPipe}: A Framework for Building Perception Pipelines",
        "2019",
        "1906.08172",
    ),
    _preprint(
        "Kartynnik et al. 2019",
        "kartynnik2019facemesh",
        "Kartynnik, Yury and Ablavatski, Artsiom and Grishchenko, Ivan and Grundmann, Matthias",
        "Real-time Facial Surface Geometry from Monocular Video on Mobile {GPUs}",
        "2019",
        "1907.06724",
    ),
    _preprint(
        "Bazarevsky et al. 2020",
        "bazarevsky2020blazepose",
        "Bazarevsky, Valentin and Grishchenko, Ivan and Raveendran, Karthik and Zhu, Tyler and "
        "Zhang, Fan and Grundmann, Matthias",
        "{BlazePose}: On-device Real-time Body Pose tracking",
        "2020",
        "2006.10204",
    ),
    _preprint(
        "Zhang et al. 2020",
        "zhang2020hands",
        "Zhang, Fan and Bazarevsky, Valentin and Vakunov, Andrey and Tkachenka, Andrei and Sung, "
        "George and Chang, Chuo-Ling and Grundmann, Matthias",
        "{MediaPipe} Hands: On-device Real-time Hand Tracking",
        "2020",
        "2006.10214",
    ),
)

SOURCES = (
    _reference(
        "Umeyama 1991",
        "umeyama1991",
        "article",
        author="Umeyama, Shinji",
        title="Least-squares estimation of transformation parameters between two point patterns",
        journal="IEEE Transactions on Pattern Analysis and Machine Intelligence",
        volume="13",
        number="4",
        pages="376--380",
        year="1991",
        doi="10.1109/34.88573",
    ),
    _reference(
        "Soukupová & Čech 2016",
        "soukupova2016",
        "inproceedings",
        author="Soukupová, Tereza and Čech, Jan",
        title="Real-Time Eye Blink Detection using Facial Landmarks",
        booktitle="21st Computer Vision Winter Workshop, Rimske Toplice, Slovenia",
        year="2016",
    ),
    _reference(
        "Wierwille 1994",
        "wierwille1994",
        "techreport",
        author="Wierwille, Walter W. and Wreggit, Steven S. and Kirn, C. L. and Ellsworth, L. A. "
        "and Fairbanks, R. J.",
        title="Research on Vehicle-Based Driver Status/Performance Monitoring; Development, "
        "Validation, and Refinement of Algorithms for Detection of Driver Drowsiness",
        institution="National Highway Traffic Safety Administration",
        number="DOT HS 808 247",
        year="1994",
    ),
    _reference(
        "Lucas & Kanade 1981",
        "lucas1981",
        "inproceedings",
        author="Lucas, Bruce D. and Kanade, Takeo",
        title="An Iterative Image Registration Technique with an Application to Stereo Vision",
        booktitle="Proceedings of the 7th International Joint Conference on Artificial "
        "Intelligence",
        pages="674--679",
        year="1981",
    ),
    _reference(
        "Ramseyer & Tschacher 2011",
        "ramseyer2011",
        "article",
        author="Ramseyer, Fabian and Tschacher, Wolfgang",
        title="Nonverbal synchrony in psychotherapy: Coordinated body movement reflects "
        "relationship quality and outcome",
        journal="Journal of Consulting and Clinical Psychology",
        volume="79",
        number="3",
        pages="284--295",
        year="2011",
        doi="10.1037/a0023419",
    ),
    _reference(
        "Richman & Moorman 2000",
        "richman2000",
        "article",
        author="Richman, Joshua S. and Moorman, J. Randall",
        title="Physiological time-series analysis using approximate entropy and sample entropy",
        journal="American Journal of Physiology. Heart and Circulatory Physiology",
        volume="278",
        number="6",
        pages="H2039--H2049",
        year="2000",
        doi="10.1152/ajpheart.2000.278.6.H2039",
    ),
    _reference(
        "Costa et al. 2002",
        "costa2002",
        "article",
        author="Costa, Madalena and Goldberger, Ary L. and Peng, C.-K.",
        title="Multiscale Entropy Analysis of Complex Physiologic Time Series",
        journal="Physical Review Letters",
        volume="89",
        number="6",
        pages="068102",
        year="2002",
        doi="10.1103/PhysRevLett.89.068102",
    ),
    _reference(
        "Krishnappa Babu et al. 2021",
        "krishnappababu2021face",
        "article",
        author="Krishnappa Babu, Pradeep Raj and others",
        title="Exploring Complexity of Facial Dynamics in Autism Spectrum Disorder",
        journal="IEEE Transactions on Affective Computing",
        year="2021",
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC10231874",
    ),
    _reference(
        "Krishnappa Babu et al. 2022",
        "krishnappababu2022head",
        "article",
        author="Krishnappa Babu, Pradeep Raj and others",
        title="Complexity analysis of head movements in autistic toddlers",
        journal="Journal of Child Psychology and Psychiatry",
        volume="64",
        pages="156--166",
        year="2022",
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC9771883",
    ),
    _reference(
        "Krishnappa Babu et al. 2023",
        "krishnappababu2023facing",
        "article",
        author="Krishnappa Babu, Pradeep Raj and others",
        title="Blink rate and facial orientation reveal distinctive patterns of attentional "
        "engagement in autistic toddlers: a digital phenotyping approach",
        journal="Scientific Reports",
        volume="13",
        pages="7158",
        year="2023",
        doi="10.1038/s41598-023-34293-7",
    ),
)


def cited_in(source: str) -> tuple[Reference, ...]:
    """Of a measure, as this version or an older log says it."""
    return tuple(reference for reference in SOURCES if reference.cited_as in source)


def bibtex(reference: Reference) -> str:
    fields = "".join(f",\n  {name} = {{{text}}}" for name, text in reference.fields)
    return f"@{reference.kind}{{{reference.key}{fields}\n}}\n"
