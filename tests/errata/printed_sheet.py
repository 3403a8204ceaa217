r"""What stands on the sheet: every relation of every display, and every sentence that asserts something.

A display is named, and of each of its relations a stretch is kept that no other relation of that display has;
spaces, braces and the commands that only change a letter's looks do not count. Of a sentence there are words,
all of which its entry says.
"""

from __future__ import annotations

import re

LOOKS = re.compile(r"\\(?:mathbf|boldsymbol|bm|left|right|displaystyle)(?![A-Za-z])|\\[,;! ]|[\s{}&]|\\\\")

Display = tuple[str, tuple[str, ...]]

DISPLAYS: dict[str, tuple[Display, ...]] = {
    "kmedians": (
        ("objective", (r"\mathcal{J}(X, Z, \mu) = \sum_{i=1}^N \sum_{k=1}^K z_{ik} \|x_i - \mu_k\|_1",)),
        ("assignment", (r"k = \arg \min_j \|x_i - \mu_j\|_1",)),
        ("centroid", (r"\mu_k^{new} = \arg \min_{\mu_k} \sum_{i=1}^N z_{ik} \|x_i - \mu_k\|_1",)),
        (
            "objective of one centroid",
            (
                r"\mathcal{J}(X, Z, \mu_k) = \sum_{i=1}^N z_{ik} \|x_i - \mu_k\|_1",
                r"= \sum_{i=1}^N z_{ik} \sum_{d=1}^D |x_{id} - \mu_{kd}|",
            ),
        ),
        (
            "derivative of one distance",
            (
                r"|x_{id} - \mu_{kd}| = \frac{\partial}{\partial \mu_{kd}} (\mu_{kd} - x_{id})",
                r"|x_{id} - \mu_{kd}| = \frac{\partial}{\partial \mu_{kd}} (x_{id} - \mu_{kd})",
                r"\frac{\partial}{\partial \mu_{kd}} (\mu_{kd} - x_{id}) = 1",
                r"\frac{\partial}{\partial \mu_{kd}} (x_{id} - \mu_{kd}) = -1",
                r"\mu_{kd} = x_{id}",
            ),
        ),
        (
            "derivative of the sum",
            (
                r"= \sum_{i=1}^N z_{ik} \mathbb{I}[\mu_{kd} > x_{id}] - "
                r"\sum_{i=1}^N z_{ik} \mathbb{I}[\mu_{kd} < x_{id}]",
                r"\mathbb{I}[\mu_{kd} < x_{id}] \stackrel{!}{=} 0",
            ),
        ),
        ("count", (r"N_k = \sum_{i=1}^N z_{ik}",)),
        ("update", (r"\mu_{kd} = \text{median}",)),
    ),
    "gmm_estep": (
        ("independence", (r"\gamma_t(\mathbf{Z}) = \prod_{i=1}^N \gamma_t(z_i)",)),
        (
            "responsibilities",
            (
                r"\gamma_t(z_i = k) = p(z_i = k \mid \mathbf{x}_i,",
                r"}{p(\mathbf{x}_i \mid \boldsymbol{\pi}^{(t)}, \boldsymbol{\mu}^{(t)}, \boldsymbol{\Sigma}^{(t)})}",
                r"}{\sum_{j=1}^K p(\mathbf{x}_i \mid z_i = j,",
                r"\sum_{j=1}^K \pi_j^{(t)} \mathcal{N}(\mathbf{x}_i \mid \boldsymbol{\mu}_j^{(t)},",
            ),
        ),
    ),
    "gmm_mstep": (
        ("what is maximised", (r"\mathbb{E}_{z \sim \gamma_t(z)} [\log p(z_i | \pi, \mu, \Sigma)]",)),
        (
            "expected value",
            (
                r"\gamma_t(z_i = k | \pi, \mu, \Sigma) \log p(z_i = k | \pi)",
                r"\gamma_t(z_i = k | \pi, \mu, \Sigma)}_{\mathcal{L}_x} \log p(z_i = k | \pi)",
                r"\gamma_t(z_i = k | \pi, \mu, \Sigma)}_{\mathcal{L}_x}",
                r"}_{\mathcal{L}_x} + \underbrace{\sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k) \log",
                r"\underbrace{\sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k | \pi, \mu, \Sigma)}_{\mathcal{L}_x}",
                r"\mathcal{L}_z = \sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k) \log p(z_i = k | \pi)",
            ),
        ),
        ("problem to solve", (r"\text{subject to } \sum_{k=1}^K \pi_k - 1 = 0",)),
        (
            "simplified",
            (
                r"\mathcal{L}_z = \sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k) \log p(z_i = k | \pi)",
                r"= \sum_{k=1}^K N_k \log \pi_k",
            ),
        ),
        ("count", (r"N_k = \sum_{i=1}^N \gamma_t(z_i = k)",)),
        (
            "Lagrangian",
            (
                r"f(\pi, \lambda) = \sum_{k=1}^K N_k \log \pi_k + \lambda \left( \sum_{k=1}^K \pi_k - 1 \right)",
            ),
        ),
        (
            "derivative of the Lagrangian",
            (
                r"\frac{\partial f}{\partial \pi_k} = \frac{N_k}{\pi_k} - \lambda",
                r"\Leftrightarrow \pi_k = \frac{N_k}{\lambda}",
            ),
        ),
        (
            "dual function",
            (
                r"g(\lambda) = \max_{\pi} f(\pi, \lambda)",
                r"= f\left(\left(\frac{N_1}{\lambda}, \dots, \frac{N_K}{\lambda}\right), \lambda\right)",
                r"= \sum_{k=1}^K N_k \log \frac{N_k}{\lambda} + \lambda - N",
            ),
        ),
        (
            "derivative of the dual function",
            (
                r"\frac{\partial g}{\partial \lambda} = \sum_{k=1}^K N_k \frac{\lambda}{N_k}",
                r"= 1 - \frac{N}{\lambda}",
                r"\Leftrightarrow \lambda = N",
            ),
        ),
        ("update of the weights", (r"\pi_k^{(t+1)} = \frac{N_k}{N}",)),
        (
            "density part",
            (
                r"\gamma_t(z_i = k) \log(\mathcal{N}(x_i | \mu_k, \Sigma_k))",
                r"\mu_k^T \Sigma_k^{-1} (x_i - \mu_k) + D \log(2\pi) + \log \det \Sigma_k",
            ),
        ),
        (
            "derivative by a mean",
            (
                r"\frac{\partial \mathcal{L}_x}{\partial \mu_k} = -\frac{1}{2} \sum_{i=1}^N",
                r"= \sum_{i=1}^N \gamma_t(z_i = k) (\Sigma_k^{-1} (x_i - \mu_k))",
            ),
        ),
        (
            "root for a mean",
            (
                r"\frac{\partial \mathcal{L}_x}{\partial \mu_k} = 0 \Leftrightarrow",
                r"= N_k \Sigma_k^{-1} \mu_k \Leftrightarrow \mu_k =",
            ),
        ),
        ("update of the means", (r"\mu_k^{(t+1)} = \frac{1}{N_k} \sum_{i=1}^N \gamma_t(z_i = k) x_i",)),
        (
            "derivative by a covariance",
            (
                r"\Sigma_k^{-T} (x_i - \mu_k) (x_i - \mu_k)^T + \Sigma_k^{-T}",
                r"\left( N_k I_D - \sum_{i=1}^N \gamma_t(z_i = k)",
            ),
        ),
        ("root for a covariance", (r"\Leftrightarrow N_k I_D = \Sigma_k^{-T} \sum_{i=1}^N",)),
        ("update of the covariances", (r"\Sigma_k^{(t+1)} = \frac{1}{N_k} \sum_{i=1}^N",)),
        (
            "rules",
            (
                r"= (\mathbf{X} + \mathbf{X}^T) \mathbf{a}^T",
                r"= -\mathbf{X}^{-T} \mathbf{b} \mathbf{a}^T \mathbf{X}^{-T}",
                r"\frac{\partial \log |\det \mathbf{X}|}{\partial \mathbf{X}} = \mathbf{X}^{-T}",
            ),
        ),
    ),
    "bernoulli_mixture": (
        ("density", (r"p(\mathbf{x}) = \prod_{d=1}^D \theta_{kd}^{x_d} (1 - \theta_{kd})^{1-x_d}",)),
        (
            "prior",
            (
                r"p(\mathbf{z}) = \prod_{k=1}^K \pi_k^{z_k}",
                r"= \prod_{k=1}^K \left(\frac{1}{K}\right)^{z_k}",
            ),
        ),
        (
            "responsibilities",
            (
                r"\gamma_t(\mathbf{z}_i = k) = \frac{p(\mathbf{x}_i | \mathbf{z}_i = k, \theta) \cdot p(\mathbf{z}_i = k)}",
                r"= \frac{p(\mathbf{x}_i | \mathbf{z}_i = k, \theta)}{\sum_{l=1}^K p(\mathbf{x}_i | \mathbf{z}_i = l, \theta)}",
            ),
        ),
        (
            "expected log-likelihood",
            (
                r"\log \left( \frac{1}{K} \prod_{d=1}^D \theta_{kd}^{x_{id}} (1 - \theta_{kd})^{1-x_{id}} \right)",
                r"= C + \underbrace{\sum_{i=1}^N \sum_{k=1}^K",
                r"\mathcal{L}_i",
            ),
        ),
        (
            "derivative of one term",
            (
                r"x_{id} \frac{\partial \log \theta_{kd}}{\partial \theta_{k',d'}}",
                r"\frac{x_{id}}{\theta_{k',d'}} - \frac{1 - x_{id}}{1 - \theta_{k',d'}}",
            ),
        ),
        (
            "derivative of the expectation",
            (
                r"= \sum_{i=1}^N \frac{\partial \mathcal{L}_i}{\partial \theta_{kd}}",
                r"= \sum_{i=1}^N \gamma_t(\mathbf{z}_i = k) \left( \frac{x_{id}}{\theta_{kd}} -",
            ),
        ),
        ("roots", (r"\mathbb{E}_{z \sim p_\theta(z)} [\log p(x, z; \theta)]}{\partial \theta_{kd}} = 0",)),
        (
            "update",
            (r"\frac{\sum_{i=1}^N \gamma_t(z_i = k) x_{id}}{\sum_{i=1}^N \gamma_t(z_i = k)}",),
        ),
    ),
    "mixture_moments": (
        ("density", (r"p(\mathbf{x}) = \sum_k \pi_k \mathcal{N}(\mathbf{x} \mid \boldsymbol{\mu}_k,",)),
        (
            "hint",
            (r"= \mathbb{E}[\mathbf{x}\mathbf{x}^T] - \mathbb{E}[\mathbf{x}]\mathbb{E}[\mathbf{x}]^T",),
        ),
        (
            "second moment",
            (
                r"\mathbb{E}_{\mathbf{z}} [\mathbb{E}[\mathbf{x}\mathbf{x}^T \mid \mathbf{z}]]",
                r"= \sum_{k=1}^K \pi_k \mathbb{E}[\mathbf{x}\mathbf{x}^T \mid \mathbf{z} = k]",
                r"\pi_k (\text{Cov}[\mathbf{x} \mid \mathbf{z} = k] +",
                r"= \sum_{k=1}^K \pi_k (\boldsymbol{\Sigma}_k + \boldsymbol{\mu}_k \boldsymbol{\mu}_k^T)",
            ),
        ),
        (
            "covariance",
            (
                r"\text{Cov}[\mathbf{x}] = \mathbb{E}[\mathbf{x}\mathbf{x}^T] - \mathbb{E}[\mathbf{x}]",
                r"- \sum_{k=1}^K \sum_{j=1}^K \pi_k \pi_j \boldsymbol{\mu}_k \boldsymbol{\mu}_j^T",
            ),
        ),
    ),
    "kmeans_limit": (
        ("covariances", (r"\boldsymbol{\Sigma}_k = \sigma^2 \mathbf{I}",)),
        (
            "responsibilities",
            (
                r"p(\mathbf{x}_i | z_{ik} = 1, \boldsymbol{\mu}_k, \boldsymbol{\Sigma}_k) p(z_{ik} = 1 | \boldsymbol{\pi}_k)",
                r"\frac{\pi_k \mathcal{N}(\mathbf{x}_i | \boldsymbol{\mu}_k, \boldsymbol{\Sigma}_k)}",
                r"\frac{\pi_k \exp\left(-\frac{\|\mathbf{x}_i - \boldsymbol{\mu}_k\|^2}{2\sigma^2}\right)}",
                r"\frac{\pi_l}{\pi_k} \exp\left(-\frac{\|\mathbf{x}_i - \boldsymbol{\mu}_l\|^2 + \|",
            ),
        ),
        (
            "nearest centre",
            (
                r"\frac{-\|\mathbf{x}_i - \boldsymbol{\mu}_l\|^2 + \|\mathbf{x}_i - \boldsymbol{\mu}_k\|^2}{2\sigma^2} \leq 0",
            ),
        ),
        (
            "another centre",
            (
                r"0 < \frac{-\|\mathbf{x}_i - \boldsymbol{\mu}_l\|^2 + \|\mathbf{x}_i - \boldsymbol{\mu}_k\|^2}{2\sigma^2}",
                r"\rightarrow \infty",
            ),
        ),
    ),
    "gmm_convolution": (
        ("density of x", (r"p(\mathbf{x} | \theta^x) = \sum_{k=1}^{K_x} \pi_k^x \mathcal{N}",)),
        ("density of y", (r"p(\mathbf{y} | \theta^y) = \sum_{l=1}^{K_y} \pi_l^y \mathcal{N}",)),
        ("sum", (r"\mathbf{z} = \mathbf{x} + \mathbf{y}",)),
        ("sum of two components", (r"\mathcal{N}(\mu_k^x + \mu_l^y, \Sigma_k^x + \Sigma_l^y)",)),
        ("probability of a pair", (r"\pi_k^x \pi_l^y",)),
        (
            "density of z",
            (r"p(\mathbf{z} | \theta^x, \theta^y) = \sum_{k=1}^{K_x} \sum_{l=1}^{K_y} \pi_k^x \pi_l^y",),
        ),
    ),
}

# what the sentences assert, in words that their entries use in saying where they stand or what they say
SENTENCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "kmedians": (
        ("same as for k-means",),
        ("convex", "reason"),
        ("do not interact",),
        ("not differentiable",),
        ("pretending",),
        ("what the first sum counts",),
        ("what the second sum counts",),
        ("half",),
        ("definition", "median"),
    ),
    "gmm_estep": (
        ("posterior distribution over the latent variables",),
        ("because the latent variables are independent",),
        ("enough", "single data point"),
        ("directly from bayes' theorem",),
    ),
    "bernoulli_mixture": (
        ("bernoulli", "parameter"),
        ("is uniform",),
        ("responsibilities", "second equation"),
        ("collects all terms independent",),
        ("irrelevant",),
        ("do not interact",),
        ("roots", "has a root"),
        ("the optimal update",),
    ),
    "gmm_mstep": (
        (r"\mathcal{l}_z", "depends on", r"not on $\mu$"),
        (r"\mathcal{l}_z", "depends on", r"not on $\sigma$"),
        (r"\mathcal{l}_x", "depends on", r"not on $\pi$"),
        ("to find the optimal", r"maximise $\mathcal{l}_z$"),
        ("convex optimisation problem",),
        ("f$ is concave",),
        ("f$ has its maximum",),
        ("the dual is convex",),
        ("minimum of $g$",),
        (r"examine $\mathcal{l}_x$",),
    ),
    "mixture_moments": (
        ("isotropic",),
        (r"\mathbb{e}[\mathbf{x}]", "law of iterated expectations"),
        (r"\mathbb{e}[\mathbf{x}\mathbf{x}^t]", "law of iterated expectations"),
    ),
    "kmeans_limit": (
        ("closest centre", "equality", "if and only if", "k = l"),
        ("closest centre", "denominator", "converges to 1"),
        ("closest centre", "argument", "exactly zero"),
        ("closest centre", "increasingly negative"),
        ("other centre", "denominator", "diverges"),
        ("one-hot", "to the closest"),
        ("coincides with step 1",),
        ("one-hot", "m-step", "step 2"),
        ("irrelevant", "overshadowed"),
        ("lloyd's algorithm is a special case",),
    ),
    "gmm_convolution": (
        ("the random variable",),
        ("sum of two normally distributed",),
        ("combinations", r"k_x \cdot k_y"),
        ("each having probability",),
        ("is a mixture of $k_x k_y$ gaussians",),
        ("argument in 4)",),
    ),
}


def plain(latex: str) -> str:
    """LaTeX without what changes only its looks."""
    return LOOKS.sub(
        "", latex.replace(r"\mid", "|").replace(r"\rightarrow", r"\to").replace(r"\stackrel{!}{=}", "=")
    )
