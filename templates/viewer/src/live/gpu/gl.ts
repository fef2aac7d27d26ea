// The few things of WebGL that the painter needs, without their ceremony.

/** A compiled program, with its uniforms found by name. */
export class Program {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #places = new Map<string, WebGLUniformLocation | null>();

  /** Throws when the context does not take it. */
  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(this.#program);
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS)) {
      const logs = (gl.getAttachedShaders(this.#program) ?? []).map((s) => gl.getShaderInfoLog(s));
      throw new Error(`program: ${gl.getProgramInfoLog(this.#program)} ${logs.join(" ")}`);
    }
  }

  use(): void {
    this.#gl.useProgram(this.#program);
  }

  /** The place of a uniform; null for one that the program has no use for. */
  at(name: string): WebGLUniformLocation | null {
    let place = this.#places.get(name);
    if (place === undefined) this.#places.set(name, (place = this.#gl.getUniformLocation(this.#program, name)));
    return place;
  }

  /** Binds a texture to a unit, and the uniform to that. */
  texture(name: string, unit: number, texture: WebGLTexture): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(this.at(name), unit);
  }

  delete(): void {
    this.#gl.deleteProgram(this.#program);
  }
}

/** A texture without mipmaps that is clamped at its edges. */
export function texture(gl: WebGL2RenderingContext, filter: number): WebGLTexture {
  const t = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, t);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return t;
}

/** A texture to draw into, made anew whenever its size or format changes. */
export class Target {
  readonly #gl: WebGL2RenderingContext;
  readonly #filter: number;
  #texture: WebGLTexture | undefined;
  #framebuffer: WebGLFramebuffer | undefined;
  #depth: WebGLRenderbuffer | undefined;
  #made = "";
  width = 0;
  height = 0;

  constructor(gl: WebGL2RenderingContext, filter: number) {
    this.#gl = gl;
    this.#filter = filter;
  }

  get texture(): WebGLTexture {
    return this.#texture!;
  }

  /** Makes it ready and binds it. Throws when the context cannot draw into such a texture. */
  into(width: number, height: number, format: number, depth = false): void {
    const gl = this.#gl;
    const made = `${width} ${height} ${format} ${depth}`;
    if (made !== this.#made) {
      this.delete();
      this.#texture = texture(gl, this.#filter);
      gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
      this.#framebuffer = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#texture, 0);
      if (depth) {
        this.#depth = gl.createRenderbuffer();
        gl.bindRenderbuffer(gl.RENDERBUFFER, this.#depth);
        gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT16, width, height);
        gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, this.#depth);
        gl.bindRenderbuffer(gl.RENDERBUFFER, null);
      }
      if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) throw new Error("framebuffer");
      [this.#made, this.width, this.height] = [made, width, height];
    }
    this.bind();
  }

  bind(): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer!);
    gl.viewport(0, 0, this.width, this.height);
  }

  delete(): void {
    const gl = this.#gl;
    if (this.#texture) gl.deleteTexture(this.#texture);
    if (this.#framebuffer) gl.deleteFramebuffer(this.#framebuffer);
    if (this.#depth) gl.deleteRenderbuffer(this.#depth);
    this.#texture = this.#framebuffer = this.#depth = undefined;
    this.#made = "";
  }
}
