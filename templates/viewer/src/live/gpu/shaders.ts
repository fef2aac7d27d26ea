// The programs of the painter on the GPU. Planes have one texel for each pixel of the area, the northernmost row first, so
// gl_FragCoord is the place of a pixel's centre in the area.

import { TREND_VARIANCE } from "../plan.ts";

const HEAD = `#version 300 es
precision highp float;precision highp int;precision highp sampler2D;
`;

/** One quad for each segment, a little larger than what the segment touches: its corners snap to sixteenths of a pixel on some GPUs. */
const SEGMENT = `
layout(location=0) in ivec3 a;layout(location=1) in ivec2 b;layout(location=2) in vec2 amount;
uniform sampler2D weights;uniform ivec2 origin;uniform vec2 rest,size;uniform float scale,radius,middle;uniform int batch,counted,power;
flat out vec4 line;flat out vec2 ink;
void main(){
int who=a.z>>1;
float w=(a.z&1)==0?0.:texelFetch(weights,ivec2(who&1023,who>>10),0).r;
if(w==0.||(THIN&&amount==vec2(0))||(!THIN&&counted==1&&amount.y<=0.)){gl_Position=vec4(2,2,2,1);return;}
vec2 p=vec2(a.xy-origin)*scale-rest,q=vec2(b-origin)*scale-rest,d=q-p;
float l=length(d);vec2 u=l>0.?d/l:vec2(1,0);
line=vec4(p,q);ink=THIN?amount*(power==0?1.:power==1?w-middle:(w-middle)*(w-middle)):vec2(w,1);
vec2 s=vec2(gl_VertexID&1,gl_VertexID>>1)*2.-1.;
vec2 at=(s.x<0.?p:q)+(radius+.25)*(s.x*u+s.y*vec2(-u.y,u.x));
gl_Position=vec4(at/size*2.-1.,(float(who-batch)+1.25)/65535.*2.-1.,1);
}`;

export const PEN_VERTEX = `${HEAD}#define THIN false${SEGMENT}`;
export const THIN_VERTEX = `${HEAD}#define THIN true${SEGMENT}`;

/** The pen covers a pixel whose centre lies within the radius. */
export const PEN = `${HEAD}
flat in vec4 line;flat in vec2 ink;uniform float radius;out vec2 o;
void main(){
vec2 c=gl_FragCoord.xy-line.xy,d=line.zw-line.xy;
float n=dot(d,d);
c-=n>0.?clamp(dot(c,d)/n,0.,1.)*d:vec2(0);
if(dot(c,c)>radius*radius)discard;
o=ink;
}`;

/** A thin line leaves the share of it that lies in the pixel's square. */
export const THIN = `${HEAD}
flat in vec4 line;flat in vec2 ink;out vec2 o;
void main(){
vec2 lo=floor(gl_FragCoord.xy),p=line.xy,d=line.zw-line.xy;
float t0=0.,t1=1.;
for(int k=0;k<2;k++){
if(d[k]==0.){if(p[k]<lo[k]||p[k]>=lo[k]+1.)discard;}
else{float m=(lo[k]-p[k])/d[k],n=(lo[k]+1.-p[k])/d[k];t0=max(t0,min(m,n));t1=min(t1,max(m,n));}
}
if(t1<=t0)discard;
o=ink*(t1-t0);
}`;

/** One triangle that covers the whole target. */
export const WHOLE = `${HEAD}
void main(){gl_Position=vec4(gl_VertexID==1?3.:-1.,gl_VertexID==2?3.:-1.,0,1);}`;

/** The most pixels that a kernel may reach to one side: three sigmas of 16 pixels, 2^1.5 times as wide on a dense screen. */
export const MOST_RADIUS = 136;

export const BLUR = `${HEAD}
uniform sampler2D plane;uniform float taps[${MOST_RADIUS + 1}];uniform int radius;uniform ivec2 way;out vec2 o;
void main(){
ivec2 at=ivec2(gl_FragCoord.xy),top=textureSize(plane,0)-1;
o=taps[0]*texelFetch(plane,at,0).rg;
for(int i=1;i<=radius;i++)o+=taps[i]*(texelFetch(plane,min(at+i*way,top),0).rg+texelFetch(plane,max(at-i*way,ivec2(0)),0).rg);
}`;

/** Kinds of fields as the value program knows them. */
export const KINDS = { count: 0, date: 1, sum: 2, mean: 3, trend: 4 } as const;

/**
 * Value and presence. print: the softened pen; ink: the pen before; thin: blurred lines, whose pixels may be larger: lies is the share of one that a pixel
 * of the picture takes, and the place of the picture's corner. once, twice: of a trend, the same with amounts times years and their squares.
 */
export const VALUE = `${HEAD}
uniform sampler2D print,ink,thin,once,twice;uniform int kind;uniform float ridge,least,base,factor,full;uniform vec3 lies;out vec2 o;
vec2 sums(sampler2D thin){
if(lies.x==1.)return texelFetch(thin,ivec2(gl_FragCoord.xy),0).rg;
vec2 u=gl_FragCoord.xy*lies.x+lies.yz-.5,f=fract(u);ivec2 i=ivec2(floor(u));
return mix(mix(texelFetch(thin,i,0).rg,texelFetch(thin,i+ivec2(1,0),0).rg,f.x),mix(texelFetch(thin,i+ivec2(0,1),0).rg,texelFetch(thin,i+ivec2(1,1),0).rg,f.x),f.y);
}
void main(){
ivec2 at=ivec2(gl_FragCoord.xy);
o=vec2(0);
vec2 s=texelFetch(print,at,0).rg;
float here=s.g/ridge,v=here;
if(here<least*full)return;
if(kind==0||kind==4){float n=texelFetch(ink,at,0).g;if(n>1.5)v=here=max(v,n);}
if(kind==1){float day=texelFetch(ink,at,0).r;if(day<=0.&&factor<0.)return;v=base+factor*(day>0.?day:s.r/s.g);}
if(kind==2||kind==3){vec2 t=sums(thin);v=t.r*factor;float by=kind==3?t.g:t.r;if(by<=0.)return;if(kind==3)v/=by;}
if(kind==4){
vec2 t=sums(thin),u=sums(once);
if(t.g<=0.)return;
float mean=u.g/t.g,variance=sums(twice).g/t.g-mean*mean;
if(!(variance>${TREND_VARIANCE}))return;
v=(u.r-mean*t.r)/t.g/variance*factor;
}
o=vec2(v,min(1.,here/full));
}`;

/** Right less left: of means where both are known, of all else where either is. */
export const DIFFERENCE = `${HEAD}
uniform sampler2D right,left;uniform int mean;out vec2 o;
void main(){
ivec2 at=ivec2(gl_FragCoord.xy);
vec2 r=texelFetch(right,at,0).rg,l=texelFetch(left,at,0).rg;
float seen=mean==1?min(r.g,l.g):max(r.g,l.g);
o=seen>0.?vec2((r.g>0.?r.r:0.)-(l.g>0.?l.r:0.),seen):vec2(0);
}`;

/** The greatest value of each block of the given side. */
export const MOST = (side: number): string => `${HEAD}
uniform sampler2D plane;out vec2 o;
void main(){
ivec2 at=ivec2(gl_FragCoord.xy)*${side};
o=vec2(0);
for(int y=0;y<${side};y++)for(int x=0;x<${side};x++)o=max(o,texelFetch(plane,at+ivec2(x,y),0).rg);
}`;

/** The greatest of a block and its eight neighbours. */
export const GROW = `${HEAD}
uniform sampler2D plane;out vec2 o;
void main(){
ivec2 at=ivec2(gl_FragCoord.xy),top=textureSize(plane,0)-1;
o=vec2(0);
for(int k=0;k<9;k++)o=max(o,texelFetch(plane,clamp(at+ivec2(k%3-1,k/3-1),ivec2(0),top),0).rg);
}`;

/** Scales as the colour program knows them. */
export const SCALES = { linear: 0, log: 1, power: 2, symmetric: 3, local: 4 } as const;

/** Premultiplied colours: heat/palette.ts: position, and colouring.ts: localPosition over cpu/local.ts. */
export const COLOUR = (side: number): string => `${HEAD}
uniform sampler2D plane,ramp,most;uniform int scale;uniform float lo,hi,gamma,level,unit;out vec4 o;
float around(vec2 p){
vec2 u=p/${side}.,f=fract(u);ivec2 at=ivec2(u),top=textureSize(most,0)-1;
vec3 x=vec3((1.-f.x)*(1.-f.x)*.5,0,f.x*f.x*.5),y=vec3((1.-f.y)*(1.-f.y)*.5,0,f.y*f.y*.5);
x.y=1.-x.x-x.z;y.y=1.-y.x-y.z;
float sum=0.;
for(int k=0;k<9;k++)sum+=x[k%3]*y[k/3]*texelFetch(most,clamp(at+ivec2(k%3-1,k/3-1),ivec2(0),top),0).r;
return sum;
}
void main(){
vec2 s=texelFetch(plane,ivec2(gl_FragCoord.xy),0).rg;
o=vec4(0);
if(s.g==0.)return;
float t=level,v=s.r;
if(scale==4)t=log(1.+v/unit)/log(1.+around(gl_FragCoord.xy)/unit);
else if(scale==3){if(hi>0.){float n=clamp(abs(v)/hi,0.,1.);t=.5+.5*sign(v)*(n>0.?pow(n,gamma):0.);}}
else if(hi>lo){
if(scale==1)t=log(v/lo)/log(hi/lo);
else{t=clamp((v-lo)/(hi-lo),0.,1.);if(scale==2)t=t>0.?pow(t,gamma):0.;}
}
vec4 c=texture(ramp,vec2((clamp(t,0.,1.)*1023.+.5)/1024.,.5));
float a=c.a*s.g;
o=vec4(c.rgb*a,a);
}`;

/** The picture on the map: rect is west, north, east, south in clip space. */
export const DRAW_VERTEX = `${HEAD}
uniform vec4 rect;out vec2 uv;
void main(){
uv=vec2(gl_VertexID&1,gl_VertexID>>1);
gl_Position=vec4(mix(rect.xy,rect.zw,uv),0,1);
}`;
export const DRAW = `${HEAD}
uniform sampler2D picture;uniform float opacity;in vec2 uv;out vec4 o;
void main(){o=texture(picture,uv)*opacity;}`;
