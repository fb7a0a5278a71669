import { expect, it } from 'vitest';
import { SourceFolders } from './source-folders.ts';

const folders = SourceFolders.parse('team-a=/srv/a:ws_b=/srv/b:*=/srv/public:/srv/uploads');
const of = (id: string, name: string): string[] | undefined => folders?.of({ id, name });

it('a folder belongs to the workspace that is named, to all, or to each by its id', () => {
  expect(of('ws_a', 'team-a')).toEqual(['/srv/a', '/srv/public', '/srv/uploads/ws_a']);
  expect(of('ws_b', 'team-b')).toEqual(['/srv/b', '/srv/public', '/srv/uploads/ws_b']);
  expect(of('ws_c', 'team-c')).toEqual(['/srv/public', '/srv/uploads/ws_c']);
});

it('a workspace cannot have the name that means all, or reach out of its folder by its name', () => {
  expect(of('ws_d', '*')).toEqual(['/srv/public', '/srv/uploads/ws_d']);
  expect(of('ws_e', '../ws_a')).toEqual(['/srv/public', '/srv/uploads/ws_e']);
});

it.each(['srv/data', 'team-a=srv/a', '*=', 'team-a', '/srv/a:b'])('%s is refused: a folder is absolute', (text) => {
  expect(SourceFolders.parse(text)).toBeUndefined();
});
