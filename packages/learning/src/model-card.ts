import type { TrainingSpec } from '@millrace/contracts';
import type { ModelDescription } from './trainer.ts';

/** The facts that a model card states. Nothing is added to them. */
export interface ModelCardFacts {
  readonly name: string;
  readonly version?: number;
  readonly spec: TrainingSpec;
  readonly description: ModelDescription;
  readonly metrics: Readonly<Record<string, number>>;
  readonly baselineMetrics: Readonly<Record<string, number>>;
  readonly threshold: number;
  readonly data: {
    readonly datasetVersionId: string;
    readonly trainingRows: number;
    readonly validationRows: number;
    /** Oldest and newest time of the rows, ISO 8601. */
    readonly trainingPeriod: Period;
    readonly validationPeriod: Period;
  };
  readonly intendedUse?: string;
  readonly limitations?: readonly string[];
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A model card: Markdown with YAML front matter in the layout of the Hugging Face hub. */
export function modelCard(facts: ModelCardFacts): string {
  return (
    [frontMatter(facts), heading(facts), intendedUse(facts), performance(facts), trainingData(facts), model(facts), limitations(facts)].join('\n\n') + '\n'
  );
}

function frontMatter({ name, spec, metrics, data }: ModelCardFacts): string {
  const results = Object.entries(metrics).map(([metric, value]) => `          - type: ${metric}\n            value: ${value}`);
  return [
    '---',
    'library_name: onnx',
    'pipeline_tag: tabular-classification',
    'tags:',
    '  - millrace',
    `  - ${spec.trainer}`,
    'model-index:',
    `  - name: ${JSON.stringify(name)}`,
    '    results:',
    '      - task:',
    '          type: tabular-classification',
    '        dataset:',
    `          name: ${JSON.stringify(data.datasetVersionId)}`,
    `          type: ${JSON.stringify(data.datasetVersionId)}`,
    '        metrics:',
    ...results,
    '---',
  ].join('\n');
}

function heading({ name, version, spec }: ModelCardFacts): string {
  return `# ${name}${version === undefined ? '' : ` ${version}`}\n\nPredicts the probability that \`${spec.label}\` is 1. Trained by \`${spec.trainer}\` with seed ${spec.seed}.`;
}

function intendedUse({ intendedUse: use }: ModelCardFacts): string {
  return `## Intended use\n\n${use ?? 'Not stated.'}`;
}

function performance({ metrics, baselineMetrics, threshold, spec, data }: ModelCardFacts): string {
  const rows = Object.entries(metrics).map(([metric, value]) => `| ${metric} | ${figure(value)} | ${figure(baselineMetrics[metric])} |`);
  return [
    '## Performance',
    '',
    `Measured on ${data.validationRows} validation rows; the baseline predicts the share of positive labels for every row.`,
    '',
    '| metric | this model | baseline |',
    '|---|---|---|',
    ...rows,
    '',
    `A score of ${figure(threshold)} or more counts as positive. This threshold has the least cost on the validation rows at ${spec.costs.falsePositive} per false positive and ${spec.costs.falseNegative} per false negative.`,
  ].join('\n');
}

function trainingData({ data, spec }: ModelCardFacts): string {
  return [
    '## Data',
    '',
    `Dataset version \`${data.datasetVersionId}\`, split by \`${spec.split.timeColumn}\` at ${spec.split.validationStart}.`,
    '',
    '| rows | count | from | to |',
    '|---|---|---|---|',
    `| training | ${data.trainingRows} | ${data.trainingPeriod.from} | ${data.trainingPeriod.to} |`,
    `| validation | ${data.validationRows} | ${data.validationPeriod.from} | ${data.validationPeriod.to} |`,
  ].join('\n');
}

function model({ description }: ModelCardFacts): string {
  const features = Object.entries(description.importance)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, share]) => `| \`${name}\` | ${figure(share)} |`);
  const settings = Object.entries({ ...description.parameters, ...description.details }).map(([name, value]) => `| ${name} | ${figure(value)} |`);
  return [
    '## Model',
    '',
    'Raw columns go in; encoding, scaling and the treatment of missing values are part of the graph.',
    '',
    '| feature | importance |',
    '|---|---|',
    ...features,
    '',
    '| setting | value |',
    '|---|---|',
    ...settings,
  ].join('\n');
}

function limitations({ limitations: stated = [], spec }: ModelCardFacts): string {
  const known = ['The threshold was chosen on the validation rows, so the costs measured there are optimistic.'];
  if (spec.trainer === 'gradient-boosted-trees')
    known.push('The number of trees was chosen on the validation rows, so the metrics measured there are slightly optimistic.');
  if (spec.trainer !== 'baseline') known.push('Categories that training did not see are treated alike.');
  return ['## Limitations', '', ...[...stated, ...known].map((line) => `- ${line}`)].join('\n');
}

function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
