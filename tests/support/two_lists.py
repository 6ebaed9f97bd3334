"""Two made-up lists of the same schools, years apart, as `tilik bench match` reads them."""

HEAD = "list,number,province,district,subdistrict,level,name,lat,lon\n"
EARLIER = (
    HEAD
    + """\
2019,1,Utara,Kab. Contoh,Kec. Satu,SD,SD NEGERI 1 HARAPAN,-5.0050,110.0050
2019,2,Utara,Kab. Contoh,Kec. Satu,SD,SD NEGERI 2 HARAPAN,-5.0250,110.0050
2019,3,Utara,Kab. Contoh,Kec. Satu,SMP,SMP PERTIWI BAHARI,-5.0450,110.0050
2019,4,Selatan,Kota Contoh,Kec. Dua,SMP,SMP GARUDA,,
"""
)
LATER = (
    HEAD
    + """\
baru,1,Utara,Kab. Contoh,Kec. Satu,SD,SDN 1 Harapan,-5.0051,110.0050
baru,3,Utara,Kab. Contoh,Kec. Satu,SMP,SMP Cendekia Nusantara,-5.0051,110.0250
baru,7,Utara,Kab. Contoh,Kec. Satu,SD,SDN 2 Harapan,-5.0251,110.0050
baru,4,Selatan,Kota Contoh,Kec. Dua,SMP,SMP Garuda,-6.5,111.5
"""
)
